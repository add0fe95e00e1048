"""Puts WebAssembly modules together, byte by byte, for the tests of the running daemon."""


def u32(value):
    out = bytearray()
    while True:
        byte = value & 0x7F
        value >>= 7
        out.append(byte | (0x80 if value else 0))
        if not value:
            return bytes(out)


def s32(value):
    out = bytearray()
    while True:
        byte = value & 0x7F
        value >>= 7
        if (value == 0 and not byte & 0x40) or (value == -1 and byte & 0x40):
            out.append(byte)
            return bytes(out)
        out.append(byte | 0x80)


def name(text):
    data = text.encode()
    return u32(len(data)) + data


KINDS = {"i": b"\x7f", "l": b"\x7e", "f": b"\x7d", "d": b"\x7c"}


def functype(signature):
    params, results = signature.split(":")
    return (b"\x60" + u32(len(params)) + b"".join(KINDS[k] for k in params)
            + u32(len(results)) + b"".join(KINDS[k] for k in results))


def vector(items):
    return u32(len(items)) + b"".join(items)


def section(number, content):
    return bytes([number]) + u32(len(content)) + content


class Func:
    def __init__(self, export, signature, body, locals_=b"\x00"):
        self.export = export
        self.signature = signature
        self.code = locals_ + body + b"\x0b"


def module(functions, memory=None, table=None, salt=None, imports=()):
    """A module of functions; `memory` is (min, max or None), `table` a minimum of elements,
    `imports` a list of (module, name, signature)."""
    types = [functype(s) for _, _, s in imports] + [functype(f.signature) for f in functions]
    out = b"\0asm\1\0\0\0" + section(1, vector(types))
    if imports:
        out += section(2, vector([name(m) + name(n) + b"\0" + u32(i)
                                  for i, (m, n, _) in enumerate(imports)]))
    first = len(imports)
    out += section(3, vector([u32(first + i) for i in range(len(functions))]))
    if table is not None:
        out += section(4, vector([b"\x70\x00" + u32(table)]))
    if memory is not None:
        low, high = memory
        out += section(5, vector([(b"\0" + u32(low)) if high is None
                                  else b"\1" + u32(low) + u32(high)]))
    exports = [name(f.export) + b"\0" + u32(first + i) for i, f in enumerate(functions)
               if f.export]
    out += section(7, vector(exports))
    out += section(10, vector([u32(len(f.code)) + f.code for f in functions]))
    if salt is not None:
        out += section(0, name("salt") + str(salt).encode())
    return out


ADD = Func("add", "ii:i", b"\x20\x00\x20\x01\x6a")
LOOP = Func("loop", ":", b"\x03\x40\x0c\x00\x0b")  # 1 unit of fuel a turn
NOOP = Func("noop", ":", b"")
TRAP = Func("trap", ":", b"\x00")


# spin(n): that many turns of a loop, of 5 units of fuel each
SPIN = Func("spin", "i:", b"\x03\x40\x20\x00\x41\x01\x6b\x22\x00\x0d\x00\x0b")


def kit(salt=None):
    """add, loop, noop, trap, recurse, grow (pages), fill (bytes), spin (turns); memory of 1 page, no maximum."""
    functions = [ADD, LOOP, NOOP, TRAP]
    functions.append(Func("recurse", ":", b"\x10" + u32(len(functions))))
    functions.append(Func("grow", "i:i", b"\x20\x00\x40\x00"))
    # grow by the pages needed, then memory.fill(0, 1, n)
    functions.append(Func("fill", "i:", b"\x20\x00\x41\x10\x76\x40\x00\x1a"
                                        b"\x41\x00\x41\x01\x20\x00\xfc\x0b\x00"))
    functions.append(SPIN)
    return module(functions, memory=(1, None), salt=salt)


def adder(salt):
    """A small module whose bytes depend on `salt`."""
    return module([ADD], salt=salt)
