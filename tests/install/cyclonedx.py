"""The rules of CycloneDX 1.5 in JSON that a bill of ours can break: `breaches(bill)` names each one that is broken.

They are those of the published schema for the parts that we write; a key that we do not write is refused as well."""
import re
from datetime import datetime

KEYS = {
    'bill': {'bomFormat', 'specVersion', 'serialNumber', 'version', 'metadata', 'components', 'dependencies'},
    'metadata': {'timestamp', 'lifecycles', 'component'},
    'component': {'type', 'bom-ref', 'supplier', 'name', 'version', 'description', 'scope', 'hashes', 'licenses', 'purl',
                  'components', 'properties'},
    'dependency': {'ref', 'dependsOn'},
}
TYPES = {'application', 'framework', 'library', 'container', 'platform', 'operating-system', 'device', 'device-driver',
         'firmware', 'file', 'machine-learning-model', 'data'}
PHASES = {'design', 'pre-build', 'build', 'post-build', 'operations', 'discovery', 'decommission'}
HASHES = {'SHA-256': 64, 'SHA-384': 96, 'SHA-512': 128}
# Those of SPDX's list that may come up here; the schema has them all.
LICENCES = {'Apache-2.0', 'BSL-1.0', 'BSD-2-Clause', 'BSD-3-Clause', 'ISC', 'LGPL-2.1-or-later', 'LGPL-3.0-or-later', 'MIT',
            'MPL-2.0', 'Zlib', 'blessing', 'curl'}
EXCEPTIONS = {'GPL-3.0-or-later WITH GCC-exception-3.1', 'GPL-2.0-only WITH Linux-syscall-note'}
PURL = re.compile(r'pkg:(deb/debian|generic)/[a-z0-9._+-]+@[A-Za-z0-9._~%-]+(\?arch=[a-z0-9]+)?')
UUID = re.compile(r'urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')


def components_of(bill):
    """Every component with the path to it, those within others too, the one that the bill is about first."""
    waiting = [('metadata.component', bill.get('metadata', {}).get('component', {}))]
    waiting += [(f'components[{n}]', each) for n, each in enumerate(bill.get('components', []))]
    while waiting:
        path, component = waiting.pop(0)
        yield path, component
        waiting += [(f'{path}.components[{n}]', each) for n, each in enumerate(component.get('components', []))]


def text(value):
    return isinstance(value, str) and value.strip() != ''


def unknown_keys(path, value, kind):
    if not isinstance(value, dict):
        yield f'{path} is no object'
    elif not value.keys() <= KEYS[kind]:
        yield f'{path} has keys of no {kind}: {sorted(value.keys() - KEYS[kind])}'


def breaches_of_licences(path, licences):
    if licences and all(each.keys() == {'license'} for each in licences):
        for each in licences:
            if each['license'].keys() != {'id'} or each['license']['id'] not in LICENCES:
                yield f'{path}: {each["license"]} is no identifier of SPDX'
    elif len(licences) != 1 or licences[0].keys() != {'expression'} or licences[0]['expression'] not in EXCEPTIONS:
        yield f'{path}: its licences are neither identifiers nor one expression: {licences}'


def breaches_of_component(path, component):
    yield from unknown_keys(path, component, 'component')
    if component.get('type') not in TYPES:
        yield f'{path} has no type'
    for key in ('name', 'bom-ref'):
        if not text(component.get(key)):
            yield f'{path} has no {key}'
    if component.get('scope', 'required') not in {'required', 'optional', 'excluded'}:
        yield f'{path} has an unknown scope'
    for key in ('version', 'description'):
        if not text(component.get(key, 'none')):
            yield f'{path}: {key} is no text'
    for each in component.get('hashes', []):
        if each.keys() != {'alg', 'content'} or not re.fullmatch(
                f'[0-9a-f]{{{HASHES.get(each["alg"], 1)}}}', each['content']):
            yield f'{path} has a hash that is none: {each}'
    if 'supplier' in component and (component['supplier'].keys() != {'name'} or not text(component['supplier']['name'])):
        yield f'{path}: its supplier has no name'
    for each in component.get('properties', []):
        if each.keys() != {'name', 'value'} or not text(each['name']) or not text(each['value']):
            yield f'{path} has a property that is none: {each}'
    # The schema lets a component go without these; an inventory without them is of no use.
    if component.get('type') == 'file':
        if not component.get('hashes'):
            yield f'{path} is a file without a hash'
        return
    if not text(component.get('version')):
        yield f'{path} has no version'
    if not PURL.fullmatch(component.get('purl', '')):
        yield f'{path} has no purl'
    yield from breaches_of_licences(path, component.get('licenses', []))


def breaches_of_dependencies(bill, refs):
    seen = set()
    for each in bill.get('dependencies', []):
        yield from unknown_keys('dependencies', each, 'dependency')
        if each.get('ref') in seen:
            yield f'{each["ref"]} has its dependencies twice'
        seen.add(each.get('ref'))
        on = each.get('dependsOn', [])
        if len(on) != len(set(on)) or each.get('ref') in on:
            yield f'{each.get("ref")} depends on itself or on something twice'
        for ref in [each.get('ref'), *on]:
            if ref not in refs:
                yield f'{ref} has dependencies or is one, and is no component'


def breaches(bill):
    yield from unknown_keys('the bill', bill, 'bill')
    if bill.get('bomFormat') != 'CycloneDX' or bill.get('specVersion') != '1.5':
        yield 'the bill is not of CycloneDX 1.5'
    if not UUID.fullmatch(bill.get('serialNumber', '')):
        yield 'its serial number is no UUID'
    if type(bill.get('version')) is not int or bill['version'] < 1:
        yield 'its version is no number from 1'
    metadata = bill.get('metadata', {})
    yield from unknown_keys('metadata', metadata, 'metadata')
    try:
        datetime.strptime(metadata.get('timestamp', ''), '%Y-%m-%dT%H:%M:%SZ')
    except ValueError:
        yield 'metadata.timestamp is no time'
    for each in metadata.get('lifecycles', []):
        if each.keys() != {'phase'} or each['phase'] not in PHASES:
            yield f'metadata.lifecycles: {each} is no phase'
    refs = []
    for path, component in components_of(bill):
        yield from breaches_of_component(path, component)
        refs.append(component.get('bom-ref'))
    if len(refs) != len(set(refs)):
        yield f'two components have one bom-ref: {sorted(each for each in set(refs) if refs.count(each) > 1)}'
    yield from breaches_of_dependencies(bill, set(refs))
