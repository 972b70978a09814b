"""What a build with Ninja was made of: what its ELF files need, what its compiler read, and whose those files are."""
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from pathlib import Path


def installed(program):
    return shutil.which(program) is not None


def output(*command, check=True):
    return subprocess.run(command, check=check, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                          env={'LC_ALL': 'C.UTF-8', 'PATH': '/usr/local/bin:/usr/bin:/bin'}).stdout


@dataclass(frozen=True, order=True)
class Package:
    name: str
    version: str
    source: str
    source_version: str
    maintainer: str


@dataclass
class Use:
    """What a build takes of one source package. `needed` are names that the executable itself asks the loader for,
    `objects` all that is loaded, those that others need among them."""
    packages: set = field(default_factory=set)
    needed: set = field(default_factory=set)
    objects: dict = field(default_factory=dict)
    headers: set = field(default_factory=set)
    in_executable: bool = False


def needed(path):
    return re.findall(r'\(NEEDED\).*\[(.+)\]', output('readelf', '-dW', path))


def loaded(path):
    """Every shared object that the loader would load for a file, by the name that it is asked for."""
    return dict(re.findall(r'^\s*(\S+) => (/\S+)', output('ldd', path), re.M))


def owners(paths):
    """The package of Debian that brings each of the files. What is in /lib is in /usr/lib, but dpkg may not know it."""
    asked = {}
    for path in paths:
        for real in {str(path), str(Path(path).resolve())}:
            asked[real] = path
            asked[real.removeprefix('/usr')] = path
    found = {}
    for line in output('dpkg-query', '-S', *asked, check=False).splitlines():
        packages, _, path = line.rpartition(': ')
        if path in asked and not packages.startswith('diversion'):
            found[asked[path]] = packages.split(', ')[0]
    unknown = sorted(set(map(str, paths)) - set(map(str, found)))
    if unknown:
        raise SystemExit(f'sbom: no package of Debian brings {unknown[0]} ({len(unknown)} such files)')
    names = sorted(set(found.values()))
    form = '${source:Package}\t${Version}\t${source:Version}\t${Maintainer}\n'
    about = {}
    for name, line in zip(names, output('dpkg-query', '-W', '-f', form, *names).splitlines()):
        source, version, source_version, maintainer = line.split('\t')
        about[name] = Package(name.split(':')[0], version, source, source_version, maintainer)
    return {path: about[name] for path, name in found.items()}


class Build:
    def __init__(self, directory):
        self.directory = directory
        cache = dict(re.findall(r'^([\w-]+):\w+=(.*)$', (directory / 'CMakeCache.txt').read_text(), re.M))
        self.name = cache['CMAKE_PROJECT_NAME']
        self.version = cache['CMAKE_PROJECT_VERSION']
        self.description = cache['CMAKE_PROJECT_DESCRIPTION']
        self.source = Path(cache['CMAKE_HOME_DIRECTORY'])
        self.executable = directory / 'bin' / self.name
        found = [each.resolve() for end in ('a', 'so') for each in directory.rglob(f'lib{self.name}_*.{end}')]
        self.libraries = {re.match(r'lib(\w+)', each.name).group(1): each for each in found}

    def compiled(self):
        """The headers that went into each target, as Ninja has them from the compiler, by the target's directory."""
        headers = {}
        target = None
        for line in output('ninja', '-C', str(self.directory), '-t', 'deps').splitlines():
            if line and not line.startswith(' '):
                place = re.match(rf'(\S+)/CMakeFiles/({self.name}_\w+)\.dir/', line)
                target = place and place.groups()
            elif target and line.strip():
                headers.setdefault(target, set()).add((self.directory / line.strip()).resolve())
        return headers

    def third_parties(self):
        """What is taken of each source package, and what depends on what, by the references of the bill."""
        inputs = set(output('ninja', '-C', str(self.directory), '-t', 'inputs', f'bin/{self.name}').splitlines())
        linked = {name for name, path in self.libraries.items()
                  if any((self.directory / each).resolve() == path for each in inputs)}
        refs = {f'{self.name}_app': self.name, **{name: name for name in self.libraries}}
        depends = {ref: set() for ref in refs.values()}
        depends[self.name] |= linked
        uses = {}

        compiled = {key: paths for key, paths in self.compiled().items() if key[1] in refs}
        places = {self.source / directory: refs[target] for directory, target in compiled}
        foreign = {each for paths in compiled.values() for each in paths
                   if not each.is_relative_to(self.source) and not each.is_relative_to(self.directory)}
        owner = owners(foreign)
        for (_, target), paths in compiled.items():
            in_executable = target in linked or refs[target] == self.name
            for path in paths:
                if path in owner:
                    self.take(uses, owner[path], in_executable).headers.add(str(path))
                    depends[refs[target]].add(f'deb:{owner[path].source}')
                else:
                    depends[refs[target]] |= {place for root, place in places.items() if path.is_relative_to(root)}
        self.add_loaded(uses, depends)
        for ref, on in depends.items():
            on.discard(ref)
        return uses, depends

    def add_loaded(self, uses, depends):
        shared = {name: path for name, path in self.libraries.items() if path.suffix != '.a'}
        for ref, path in {self.name: self.executable, **shared}.items():
            foreign = {name: where for name, where in loaded(path).items()
                       if not Path(where).resolve().is_relative_to(self.directory)}
            owner = owners(foreign.values())
            for name, where in foreign.items():
                package = owner[where]
                use = self.take(uses, package, ref == self.name)
                use.objects[name] = where
                if name in needed(path):
                    depends[ref].add(f'deb:{package.source}')
                    if ref == self.name:
                        use.needed.add(name)
                depends.setdefault(f'deb:{package.source}', set()).update(
                    f'deb:{owner[foreign[each]].source}' for each in needed(where) if each in foreign)
        for source in uses:
            depends.setdefault(f'deb:{source}', set())

    @staticmethod
    def take(uses, package, in_executable):
        use = uses.setdefault(package.source, Use())
        use.packages.add(package)
        use.in_executable |= in_executable
        return use
