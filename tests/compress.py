"""Unix `compress`, written from its format, for tests of what undoes it."""


def compress(
    raw: bytes, *, widest: int = 16, clears: bool = True, clear_every: int | None = None
) -> bytes:
    """`raw` as a .Z file with codes of 9 to `widest` bits.

    With `clears` the code 256 is kept for emptying the table, which is then done after every
    `clear_every` codes.
    """
    out = bytearray((0x1F, 0x9D, clears << 7 | widest))
    run = []  # codes of one width
    width, free, since = 9, 256 + clears, 0
    table = {bytes((value,)): value for value in range(256)}

    def end_run(*, padded: bool) -> None:
        length = len(run) * width
        # The first code lies in the lowest bits.
        bits = int("".join(f"{code:0{width}b}" for code in reversed(run)) or "0", 2)
        size = -(-length // (8 * width)) * width if padded else -(-length // 8)
        out.extend(bits.to_bytes(size, "little"))
        run.clear()

    entry = b""
    for at in range(len(raw)):
        longer = raw[at : at + 1] if not entry else entry + raw[at : at + 1]
        if longer in table:
            entry = longer
            continue
        run.append(table[entry])
        since += 1
        if clear_every and since == clear_every:
            run.append(256)
            end_run(padded=True)
            width, free, since = 9, 257, 0
            table = {bytes((value,)): value for value in range(256)}
        else:
            if free == 1 << width and width < widest:
                end_run(padded=True)
                width += 1
            if free < 1 << widest:
                table[longer] = free
                free += 1
        entry = raw[at : at + 1]
    if entry:
        run.append(table[entry])
    end_run(padded=False)
    return bytes(out)
