"""
Command line options the way glibc's getopt_long_only and nfqlb's own cmd.c read them: one or two dashes, unique
prefixes, `--x=v` or `--x v`, positional words anywhere, texts and exit codes of glibc 2.36.
"""
import os


class Option:
    """`argument` is 'none', 'required' or 'optional'; `required` options must be given."""

    def __init__(self, name, text, argument='required', required=False):
        self.name = name
        self.text = text
        self.argument = argument
        self.required = required


def out(text):
    """Writes text (or bytes) to stdout; names that are not UTF-8 pass through unchanged."""
    write_all(1, text if isinstance(text, bytes) else os.fsencode(text))


def write_all(fd, data):
    while data:
        data = data[os.write(fd, data):]


def die(text):
    """nfqlb's die(): the text goes to stderr as it is (a newline only where nfqlb has one), exit 1."""
    write_all(2, os.fsencode(text))
    raise SystemExit(1)


def atoi(text):
    """C's atoi: leading blanks, sign and decimal digits; 0 where there is no number."""
    text = text.lstrip(' \t\n\v\f\r')
    sign = text[:1] if text[:1] in ('+', '-') else ''
    digits = ''
    for char in text[len(sign):]:
        if char not in '0123456789':
            break
        digits += char
    value = int(digits or '0')
    return -value if sign == '-' else value


def usage(head, options):
    """The help of one command, as `CMD --help` prints it."""
    lines = [head]
    for option in options:
        if option.name != 'help':
            lines.append(f"  --{option.name}= {option.text} {'(required)' if option.required else ''}")
    return '\n'.join(lines) + '\n'


def parse(argv, head, options):
    """
    Reads argv (argv[0] is the command's name) → (values by option name, positional words). An option given without
    its optional argument has the value None. Prints help and exits 0, or the error and exits 1, like nfqlb.
    """
    values = {}
    words = []
    rest = list(argv[1:])
    while rest:
        word = rest.pop(0)
        if word == '--':
            words += rest
            break
        if not word.startswith('-') or word == '-':
            words.append(word)
            continue
        option, value = read_option(argv[0], word, rest, options)
        if option.name == 'help':
            out(usage(head, options))
            raise SystemExit(0)
        values[option.name] = value
    missing = [option.name for option in options if option.required and option.name not in values]
    if missing:
        die(''.join(f'Missing option [--{name}]\n' for name in missing))
    return values, words


def read_option(command, word, rest, options):
    prefix = '--' if word.startswith('--') else '-'
    body = word[len(prefix):]
    name, equals, value = body.partition('=')
    option = find(command, prefix, body, name, options)
    if equals:
        if option.argument == 'none':
            die(f"{command}: option '{prefix}{option.name}' doesn't allow an argument\n")
        return option, value
    if option.argument == 'required':
        if not rest:
            die(f"{command}: option '{prefix}{option.name}' requires an argument\n")
        return option, rest.pop(0)
    return option, None


def find(command, prefix, body, name, options):
    for option in options:
        if option.name == name:
            return option
    candidates = [option for option in options if option.name.startswith(name)]
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        names = ''.join(f" '{prefix}{option.name}'" for option in candidates)
        die(f"{command}: option '{prefix}{body}' is ambiguous; possibilities:{names}\n")
    die(f"{command}: unrecognized option '{prefix}{body}'\n")
