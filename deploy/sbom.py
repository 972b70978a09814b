#!/usr/bin/env python3
"""Writes what a build is made of as a bill of materials: CycloneDX 1.5 in JSON.

  sbom.py BUILD_DIRECTORY OUTPUT

Nothing is listed by hand: what is linked is what the ELF files need, what is compiled in is what the compiler says that
it read, and what both belong to is what dpkg says, by source package, as Debian's security tracker counts. A part
whose licence cannot be told ends it.
"""
import hashlib
import json
import os
import sys
import uuid
from datetime import datetime, timezone
from pathlib import Path
from urllib.parse import quote

from build_facts import Build, installed

# What Debian's copyright files call a licence, and SPDX's identifier of it.
SPDX = {'Apache-2.0': 'Apache-2.0', 'BSL-1.0': 'BSL-1.0', 'BSD-3-clause': 'BSD-3-Clause', 'Expat': 'MIT',
        'LGPL-2.1+': 'LGPL-2.1-or-later', 'Zlib': 'Zlib'}
# Where the copyright file has no such line or says too little: the licence, and words that must stand in the copyright
# file or in a header that was read.
STATED = {
    'gcc': ('GPL-3.0-or-later WITH GCC-exception-3.1', 'GCC RUNTIME LIBRARY EXCEPTION'),
    'glibc': ('LGPL-2.1-or-later', 'GNU Lesser General Public'),
    'linux': ('GPL-2.0-only WITH Linux-syscall-note', 'GPL-2.0 WITH Linux-syscall-note'),
    'sqlite3': ('blessing', 'License: public-domain'),
}


def stated_licence(copyright_text):
    """The licence of the stanza `Files: *`, as Debian writes it."""
    in_stanza = False
    for line in copyright_text.splitlines():
        if line.startswith('Files:'):
            in_stanza = line.split(':', 1)[1].strip() == '*'
        elif in_stanza and line.startswith('License:'):
            return line.split(':', 1)[1].strip()
    return None


def licences(source, packages, headers):
    texts = [Path('/usr/share/doc', each.name, 'copyright').read_text('utf-8', 'replace') for each in packages]
    name = source.rstrip('-.0123456789') if source.startswith('gcc-') else source
    if name in STATED:
        licence, words = STATED[name]
        if not any(words in text for text in texts) and not any(
                words in Path(each).read_text('utf-8', 'replace') for each in headers):
            sys.exit(f'sbom: {source}: neither its copyright file nor a header says "{words}" any more')
    else:
        found = {SPDX.get(stated_licence(text)) for text in texts}
        if len(found) != 1 or None in found:
            sys.exit(f'sbom: {source}: its licence is not known to deploy/sbom.py: '
                     f'{[stated_licence(text) for text in texts]}')
        licence = found.pop()
    return [{'expression': licence}] if ' WITH ' in licence else [{'license': {'id': licence}}]


def sha256(path):
    return [{'alg': 'SHA-256', 'content': hashlib.sha256(Path(path).read_bytes()).hexdigest()}]


def properties(**values):
    return [{'name': f'sallyport:{name}', 'value': value} for name, value in values.items() if value]


def third_party(source, use):
    """One component a source package, with each shared object that is loaded as a part of it."""
    packages = sorted(use.packages)
    component = {
        'type': 'library',
        'bom-ref': f'deb:{source}',
        'supplier': {'name': packages[0].maintainer},
        'name': source,
        'version': packages[0].source_version,
        'scope': 'required' if use.in_executable else 'optional',
        'licenses': licences(source, packages, use.headers),
        'purl': f'pkg:deb/debian/{source}@{quote(packages[0].source_version, safe="~")}?arch=source',
    }
    if use.objects:
        component['components'] = [
            {'type': 'file', 'bom-ref': f'file:{name}', 'name': name, 'hashes': sha256(path)}
            for name, path in sorted(use.objects.items())]
    component['properties'] = properties(
        needed=' '.join(sorted(use.needed)), headers=str(len(use.headers) or ''),
        packages=' '.join(f'{each.name}={each.version}' for each in packages))
    return component


def own(build, kind, name, path, licence):
    version = build.version
    return {'type': kind, 'bom-ref': name, 'name': name, 'version': version, 'hashes': sha256(path),
            'licenses': [{'license': {'id': licence}}], 'purl': f'pkg:generic/{name}@{version}'}


def bill(build):
    licence = json.loads((build.source / 'vcpkg.json').read_text())['license']
    uses, depends = build.third_parties()
    executable = own(build, 'application', build.name, build.executable, licence)
    executable['description'] = build.description
    libraries = [own(build, 'library', name, path, licence) for name, path in sorted(build.libraries.items())]
    content = {
        'bomFormat': 'CycloneDX',
        'specVersion': '1.5',
        'version': 1,
        'metadata': {'lifecycles': [{'phase': 'build'}], 'component': executable},
        'components': libraries + [third_party(source, use) for source, use in sorted(uses.items())],
        'dependencies': [{'ref': ref, 'dependsOn': sorted(on)} for ref, on in sorted(depends.items())],
    }
    # The same build has the same number: only the time is no part of it.
    content['serialNumber'] = uuid.uuid5(uuid.NAMESPACE_URL, json.dumps(content, sort_keys=True)).urn
    when = float(os.environ.get('SOURCE_DATE_EPOCH', datetime.now().timestamp()))
    content['metadata']['timestamp'] = datetime.fromtimestamp(when, timezone.utc).strftime('%Y-%m-%dT%H:%M:%SZ')
    return content


def main(directory, output):
    if not installed('dpkg-query'):
        sys.exit('sbom: versions and licences come from dpkg, which is not here')
    content = bill(Build(Path(directory).resolve()))
    Path(output).parent.mkdir(parents=True, exist_ok=True)
    Path(output).write_text(json.dumps(content, indent=2) + '\n')
    print(f'{output}: {len(content["components"])} components')


if __name__ == '__main__':
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(*sys.argv[1:])
