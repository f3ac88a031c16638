# SPDX-License-Identifier: GPL-2.0-only
"""
docs.py - what is wrong with pages: paths, commands, options, workloads and links that there are not.

usage: docs.py PAGE...    prints a line for each mistake; status 1 if there is one

Only what stands as code is looked at, in `spans` and in indented lines; links anywhere. A word in capitals,
such as RUN, KERNEL or FILE, is a placeholder: a path is cut there, and an argument passed over. What
commands make is not looked for: anything below build/, and below results/ all but what git has.
"""
import fnmatch
import os
import re
import subprocess
import sys

INVBENCH = 'build/host/invbench'
TOP = ('src', 'docs', 'man', 'tests', 'scripts', 'bpf', 'plots', 'workloads', 'smmu-model', 'kernel-patch', 'results', '.ci')
OPTION = r'(?<![\w-])--?[A-Za-z][\w-]*'
PLACEHOLDER = re.compile(r'(^|[^A-Za-z])[A-Z][A-Z0-9_]*([^A-Za-z]|$)')
SOURCE = re.compile(r'[\w.-]+\.(c|h|gp|sh|py|mk|suite|fio|conf|bt|md)')


def text_of(path):
    with open(path, encoding='utf-8') as file:
        return file.read()


def options_text(path):
    """Of a script what says which options it has: comments, and what it gives to getopts."""
    text = text_of(path)
    letters = ''.join(re.findall(r'getopts ([\w:]+)', text)).replace(':', '')
    return '\n'.join(re.findall(r'^ *#.*', text, re.M) + ['-' + letter for letter in letters])


def output_of(*command):
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


class Tree:
    """What there is."""

    def __init__(self):
        self.files = set(output_of('git', 'ls-files', '-co', '--exclude-standard').split('\n')) - {''}
        self.files = {path for path in self.files if os.path.exists(path)}
        self.folders = {path[:i] for path in self.files for i, char in enumerate(path) if char == '/'}
        self.names = {os.path.basename(path) for path in self.files}
        makefiles = text_of('Makefile') + text_of('build.mk')
        self.targets = set(re.search(r'^TARGETS := (.*)', makefiles, re.M).group(1).split())
        self.targets |= set(re.findall(r'^([a-z-]+):', text_of('Makefile'), re.M))
        self.variables = makefiles + ''.join(text_of(path) for path in self.files if re.fullmatch(r'scripts/[^/]*|tests/(vm|full)/[^/.]*', path))
        help_text = output_of(INVBENCH, '--help')
        self.commands = {name: output_of(INVBENCH, name, '--help')
                         for name in re.findall(r'^  ([a-z]+) ', help_text.split('Commands:')[1].split('Examples:')[0], re.M)}
        self.workloads = {name: set(re.findall(r'^ {4}([\w-]+)=', body, re.M))
                          for name, body in re.findall(r'^([\w-]+): .*\n((?: {4}.*\n)*)', output_of(INVBENCH, 'list', 'workloads'), re.M)}
        self.all_help = '\n'.join(self.commands.values()) + ''.join(
            options_text(path) for path in self.files if re.fullmatch(r'scripts/[^/]*|tests/run|smmu-model/main.c|kernel-patch/[^/]*', path))

    def has(self, path):
        return path in self.files or path in self.folders or any(fnmatch.fnmatch(name, path) for name in self.files | self.folders)

    def offers(self, command, option):
        """Is there such an option of a subcommand? Short ones may stand together with their value."""
        text = self.commands.get(command, command)
        if option in ('--help', '-?'):
            return True
        return bool(re.search(r'(?<![\w-])%s(?![\w-])' % re.escape(option if option.startswith('--') else option[:2]), text))


def slug(heading):
    heading = re.sub(r'[`*]|\]\([^)]*\)|\[', '', heading.strip().lower())
    return re.sub(r' ', '-', re.sub(r'[^\w\- ]', '', heading))


def anchors(path):
    return {slug(heading) for heading in re.findall(r'^#+ (.*)', text_of(path), re.M)}


def code_of(text):
    """Of each line its number, and what of it is code."""
    listed = False
    for number, line in enumerate(text.split('\n'), 1):
        if re.match(r' {4}\S| {4,}\S', line) and not listed:
            yield number, re.sub(r'\s#\s.*', '', line.strip()), True
            continue
        listed = bool(re.match(r'\s*([-*]|\d+\.) ', line)) or (listed and line.startswith(' '))
        for span in re.findall(r'`([^`]+)`', line):
            yield number, span, False


class Page:
    def __init__(self, tree, path):
        self.tree, self.path, self.text, self.mistakes = tree, path, text_of(path), []

    def say(self, number, what):
        self.mistakes.append('%s:%d: %s' % (self.path, number, what))

    def check(self):
        for number, line in enumerate(self.text.split('\n'), 1):
            for target in re.findall(r'\]\(([^)\s]+)\)', line):
                self.check_link(number, target)
        printed = False
        for number, code, block in code_of(self.text):
            # What a command printed, and the table of arrows, are held against these elsewhere (tests/meta/docs).
            printed = block and (printed or code.startswith('$ '))
            if printed and not code.startswith('$ ') or code.startswith('SEES_'):
                continue
            self.check_paths(number, code)
            self.check_make(number, code)
            self.check_tests(number, code)
            self.check_script(number, code)
            self.check_invbench(number, code)
            self.check_workload(number, code)
            if not block:
                self.check_lone(number, code)
        return self.mistakes

    def check_link(self, number, target):
        if re.match(r'[a-z]+:', target):
            return
        path, _, anchor = target.partition('#')
        path = os.path.relpath(os.path.join(os.path.dirname(self.path), path)) if path else self.path
        if path != self.path and not self.tree.has(path):
            self.say(number, "the link leads to '%s', which there is not" % path)
        elif anchor and anchor not in anchors(path):
            self.say(number, "the link leads to '%s', and %s has no such heading" % (anchor, path))

    def check_paths(self, number, code):
        for word in re.findall(r"[\w.,{}*+?/\[\]-]+", code):
            word = word.strip('.,').removeprefix('./')
            if SOURCE.fullmatch(word) and not PLACEHOLDER.search(word.rsplit('.', 1)[0].replace('README', '').replace('COPYING', '')):
                if not any(fnmatch.fnmatch(name, word) for name in self.tree.names):
                    self.say(number, "no file is called '%s'" % word)
                continue
            parts = word.rstrip('/').split('/')
            if parts[0] not in TOP or len(parts) < 2:
                continue
            for path in braces('/'.join(until_placeholder(parts))):
                if path != parts[0] and not self.tree.has(path) and not is_made(path):
                    self.say(number, "there is no '%s'" % path)

    def check_make(self, number, code):
        for arguments in re.findall(r'(?:^|[;&|(]\s*|\b[A-Z_]+=\S+ )make ([^;&|)]*)', code):
            if re.match(r'-C ', arguments):
                continue
            for word in re.sub(r'="[^"]*"', '=', arguments).split():
                name, equals, _ = word.partition('=')
                if equals and not re.search(r'\b%s\b' % re.escape(name), self.tree.variables):
                    self.say(number, "make: no Makefile and no script knows '%s'" % name)
                elif not equals and not word.startswith(('-', 'build/')) and not PLACEHOLDER.search(word) and word not in self.tree.targets:
                    self.say(number, "make: there is no target '%s'" % word)

    def check_tests(self, number, code):
        for arguments in re.findall(r'\btests/run((?: [^\s;&|]+)*)', code):
            for word in arguments.split():
                if word.startswith('-'):
                    if not self.tree.offers(options_text('tests/run'), word):
                        self.say(number, "tests/run: there is no option '%s'" % word)
                elif '/' in word and not any('tests/' + word + end in self.tree.files for end in ('', '.c')) and not PLACEHOLDER.search(word):
                    self.say(number, "there is no test '%s'" % word)

    def check_script(self, number, code):
        for name, arguments in re.findall(r'\b(scripts/[\w.-]+)((?: [^;&|]*)?)', code):
            if name not in self.tree.files or name == 'scripts/lab':
                continue
            text = options_text(name) + (self.tree.commands['check'] if name == 'scripts/check-kernel' else '')
            arguments = re.split(r" -- | '|invbench ", re.sub(r'"[^"]*"', '', arguments))[0]
            for option in re.findall(OPTION, arguments):
                if not self.tree.offers(text, option):
                    self.say(number, "%s: there is no option '%s'" % (name, option))

    def check_options(self, number, command, arguments):
        for option in re.findall(OPTION, re.sub(r"'[^']*'", '', arguments)):
            if not self.tree.offers(command, option):
                self.say(number, "invbench %s: there is no option '%s'" % (command, option))

    def check_invbench(self, number, code):
        for rest in re.split(r"(?:(?<=^)|(?<=[\s'\"/]))invbench (?=[a-zA-Z-])", ' ' + code)[1:]:
            command, _, arguments = re.split(r"\s--(?=\s)|&&|[;|>)]", rest)[0].partition(' ')
            command = command.strip("'`\"")
            if command in self.tree.commands:
                if arguments.count("'") % 2:
                    arguments = arguments.rsplit("'", 1)[0]
                self.check_options(number, command, arguments)
            elif re.fullmatch(r'[a-z-]+', command) and not command.startswith('--'):
                self.say(number, "invbench: there is no subcommand '%s'" % command)

    def check_workload(self, number, code):
        for name, arguments in re.findall(r"(?:^|[\s'\";])([\w-]+)((?: [a-z-]+=[^\s'\";]*)+)", code):
            if name not in self.tree.workloads:
                continue
            for parameter in re.findall(r' ([a-z-]+)=', arguments):
                if parameter not in self.tree.workloads[name]:
                    self.say(number, "workload %s: there is no parameter '%s'" % (name, parameter))

    def check_lone(self, number, code):
        """`--option` alone in a sentence, and `check --option` without the program's name."""
        command, _, arguments = code.partition(' ')
        if command in self.tree.commands:
            self.check_options(number, command, re.split(r'\s--\s', arguments)[0])
        elif re.match(r'--?[A-Za-z]', code) and not self.tree.offers(self.tree.all_help, re.match(OPTION, code).group()):
            self.say(number, "nothing has an option '%s'" % code)


def until_placeholder(parts):
    for i, part in enumerate(parts):
        if PLACEHOLDER.search(re.sub(r'README|COPYING|ARCHITECTURE|CONTRIBUTING|CHANGELOG', '', part)) or '.' * 3 in part:
            return parts[:i]
    return parts


def braces(path):
    found = re.search(r'\{([^{}]*)\}', path)
    if not found:
        return [path]
    return [end for word in found.group(1).split(',') for end in braces(path[:found.start()] + word + path[found.end():])]


def is_made(path):
    return path.startswith('results/') and not re.match(r'results/(reference|README)', path)


def main():
    tree = Tree()
    mistakes = [mistake for path in sys.argv[1:] for mistake in Page(tree, path).check()]
    print('\n'.join(mistakes), end='\n' if mistakes else '')
    return bool(mistakes)


if __name__ == '__main__':
    sys.exit(main())
