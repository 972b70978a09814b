#!/usr/bin/env python3
"""The bill of materials is CycloneDX and tells what was built: sbom_test.py SOURCE BUILD EXECUTABLE VERSION

What it says is compared with what other tools say: objdump and the loader's own list of the executable, the includes of
the sources, `sallyport --version`. Each rule is seen to refuse a bill that breaks it.
"""
import copy
import hashlib
import json
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import cyclonedx

SKIPPED = 77
LAYERS = ('protocol', 'engine', 'transport', 'sandbox', 'apps')


def run(*command, check=True):
    return subprocess.run(command, check=check, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True).stdout


def written(source, build):
    with tempfile.TemporaryDirectory() as directory:
        bills = []
        for name in ('first', 'second'):
            path = Path(directory, f'{name}.json')
            subprocess.run([sys.executable, '-B', source / 'deploy/sbom.py', build, path], check=True,
                           stdout=subprocess.DEVNULL, env={'PATH': '/usr/local/bin:/usr/bin:/bin',
                                                           'SOURCE_DATE_EPOCH': '1700000000'})
            bills.append(path.read_bytes())
    assert bills[0] == bills[1], 'two bills of one build differ'
    return json.loads(bills[0])


def values(component, name):
    found = [each['value'] for each in component.get('properties', []) if each['name'] == f'sallyport:{name}']
    return found[0].split() if found else []


@dataclass
class Facts:
    """What others say of the build."""
    version: str
    told_version: str
    vcpkg_version: str
    digest: str
    needed: set
    loaded: set
    included: set  # The source packages of what the sources include by name.


def facts_of(source, executable, version):
    names = {name for layer in LAYERS for path in (source / layer).rglob('*.?pp')
             for name in re.findall(r'^#include <([^>]+)>', path.read_text(), re.M)}
    headers = [f'/usr/include/{name}' for name in names if Path('/usr/include', name).is_file()]
    packages = {owner.split(', ')[0] for owner in re.findall(r'^(.+): /', run('dpkg-query', '-S', *headers), re.M)}
    return Facts(
        version=version,
        told_version=run(executable, '--version'),
        vcpkg_version=json.loads((source / 'vcpkg.json').read_text())['version-semver'],
        digest=hashlib.sha256(executable.read_bytes()).hexdigest(),
        needed=set(re.findall(r'^\s*NEEDED\s+(\S+)', run('objdump', '-p', executable), re.M)),
        loaded=set(re.findall(r'^\s*(\S+) => /', run('ldd', executable), re.M)),
        included=set(run('dpkg-query', '-W', '-f', '${source:Package}\n', *packages).split()))


def untruths(bill, facts):
    """What the bill says of this build and is not so."""
    about = bill['metadata']['component']
    components = {each['name']: each for each in bill['components']}
    if {about['version'], facts.vcpkg_version} != {facts.version} or facts.version not in facts.told_version:
        yield f'the version is not {facts.version}: {about["version"]}, {facts.vcpkg_version}, {facts.told_version}'
    if about['hashes'][0]['content'] != facts.digest:
        yield 'the hash of the executable is another'

    own = {each for each in facts.needed if each.startswith('libsallyport_')}
    told = [each for component in bill['components'] for each in values(component, 'needed')]
    if not facts.needed or sorted(told) != sorted(facts.needed - own):
        yield f'needed by the executable are {sorted(facts.needed - own)}, told are {sorted(told)}'
    if not {each.removeprefix('lib').split('.')[0] for each in own} <= components.keys():
        yield f'libraries of our own are missing among {sorted(components)}'
    files = {each['name'] for component in bill['components'] for each in component.get('components', [])}
    own = {each for each in facts.loaded if each.startswith('libsallyport_')}
    if not facts.loaded - own <= files:
        yield f'loaded and not told: {sorted(facts.loaded - own - files)}'

    if not any(each.startswith('boost') for each in facts.included):
        yield 'no header of Boost was found in the sources'
    if not facts.included <= components.keys():
        yield f'included and not told: {sorted(facts.included - components.keys())}'


def broken(bill):
    """Bills with one thing wrong each, and what that is."""
    def change(what, act):
        other = copy.deepcopy(bill)
        act(other)
        return what, other

    first = next(n for n, each in enumerate(bill['components']) if values(each, 'needed'))
    yield change('another format', lambda b: b.update(bomFormat='SPDX'))
    yield change('another version of the format', lambda b: b.update(specVersion='1.4'))
    yield change('a serial number that is none', lambda b: b.update(serialNumber='urn:uuid:1'))
    yield change('a key that is none', lambda b: b.update(license='MIT'))
    yield change('a version that is a text', lambda b: b.update(version='1'))
    yield change('a time that is none', lambda b: b['metadata'].update(timestamp='today'))
    yield change('no subject', lambda b: b['metadata'].pop('component'))
    for key in ('type', 'name', 'version', 'purl', 'licenses', 'bom-ref'):
        yield change(f'a component without {key}', lambda b: b['components'][first].pop(key))
    yield change('a licence that is none', lambda b: b['components'][first].update(
        licenses=[{'license': {'id': 'Expat'}}]))
    yield change('a hash that is short', lambda b: b['metadata']['component']['hashes'][0].update(content='ab'))
    yield change('a component twice', lambda b: b['components'].append(b['components'][first]))
    yield change('a dependency on nothing', lambda b: b['dependencies'][0]['dependsOn'].append('deb:nothing'))
    yield change('dependencies told twice', lambda b: b['dependencies'].append(b['dependencies'][0]))


def untrue(bill):
    """Bills that keep to the format and are not true."""
    for n, component in enumerate(bill['components']):
        if values(component, 'needed') or component['name'] == 'cli11':
            other = copy.deepcopy(bill)
            del other['components'][n]
            yield f'without {component["name"]}', other
    other = copy.deepcopy(bill)
    other['metadata']['component']['version'] = '9.9.9'
    yield 'of another version', other
    other = copy.deepcopy(bill)
    next(each for each in other['components'] if values(each, 'needed'))['properties'][0]['value'] += ' libmore.so.1'
    yield 'with a library more', other


def main(source, build, executable, version):
    if not shutil.which('dpkg-query') or not (build / 'build.ninja').exists():
        print('skipped: the bill is made of what dpkg and Ninja know')
        sys.exit(SKIPPED)
    bill = written(source, build)
    facts = facts_of(source, executable, version)
    wrong = [*cyclonedx.breaches(bill), *untruths(bill, facts)]
    wrong += [f'not refused: {what}' for what, other in broken(bill) if not list(cyclonedx.breaches(other))]
    wrong += [f'believed: a bill {what}' for what, other in untrue(bill)
              if not list(untruths(other, facts))]
    if wrong:
        sys.exit('\n'.join(wrong))


if __name__ == '__main__':
    main(*map(Path, sys.argv[1:4]), sys.argv[4])
