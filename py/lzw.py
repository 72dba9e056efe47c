"""Undoes Unix `compress` (.Z files), which Python's standard library cannot. Reads no files.

Format: 1f 9d, a byte of flags, then codes of 9 and more bits, lowest bit first, in groups of eight.
Source: Welch 1984, Computer 17(6), and the `compress` of Spencer Thomas and others, version 4.
"""

Z_MAGIC = b"\x1f\x9d"
NARROWEST, WIDEST = 9, 16  # bits of a code
RESERVED = 0x60  # flags that no version sets
WITH_CLEAR = 0x80  # flag: code CLEAR empties the table
CLEAR = 256


def decompress(packed: bytes, *, most: int) -> bytes:
    """The content of a .Z file; one that was cut off between two codes gives the beginning.

    Parameters
    ----------
    packed : the whole file.
    most : bytes that may come out; a few bytes can announce gigabytes.

    Raises
    ------
    ValueError
        If it is not such a file, holds a code not yet defined, or more than `most` bytes.
    """
    if len(packed) < 3 or not packed.startswith(Z_MAGIC):
        raise ValueError(f"a .Z file starts with 1f 9d, got {packed[:2].hex(' ') or 'nothing'}")
    flags = packed[2]
    widest = flags & 0x1F
    if flags & RESERVED or not NARROWEST <= widest <= WIDEST:
        raise ValueError(f"codes of {NARROWEST} to {WIDEST} bits are expected, got flags {flags:x}")
    clears = bool(flags & WITH_CLEAR)

    literals = [bytes((value,)) for value in range(256)] + [b""] * clears
    table, width = literals.copy(), NARROWEST
    before = b""  # what the last code stood for
    out, size, at = [], 0, 3
    while at < len(packed):
        group = packed[at : at + width]
        at += width
        bits = int.from_bytes(group, "little")
        # When the width changes, what is left of the group is padding.
        for _ in range(len(group) * 8 // width):
            code = bits & ((1 << width) - 1)
            bits >>= width
            if code == CLEAR and clears:
                table, width, before = literals.copy(), NARROWEST, b""
                break
            if code < len(table):
                entry = table[code]
            elif code == len(table) and before:
                entry = before + before[:1]  # the very entry that this code completes
            else:
                raise ValueError(f"code {code} comes before it is defined")
            out.append(entry)
            size += len(entry)
            if size > most:
                raise ValueError(f"it holds more than the expected {most} bytes")
            if before and len(table) < 1 << widest:
                table.append(before + entry[:1])
            before = entry
            if len(table) == 1 << width and width < widest:
                width += 1
                break
    return b"".join(out)
