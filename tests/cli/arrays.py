"""Arrays without numpy: .npy files, reference numbers out of the C headers of tests/golden, partitions compared."""

import collections
import math
import re
import struct

from harness import ROOT

TYPES = {"<f8": "d", "<f4": "f", "<i4": "i", "<i8": "q", ">f8": "d"}


def npy(rows, kind="<f8", fortran=False, shape=None):
    """The bytes of a .npy file (version 1.0) that holds `rows`, a list of numbers or of lists."""
    flat = [value for row in rows for value in (row if isinstance(row, (list, tuple)) else [row])]
    if shape is None:
        shape = (len(rows), len(rows[0])) if rows and isinstance(rows[0], (list, tuple)) else (len(rows),)
    header = f"{{'descr': '{kind}', 'fortran_order': {fortran}, 'shape': {shape}, }}"
    header += " " * (63 - (10 + len(header)) % 64) + "\n"
    order = ">" if kind[0] == ">" else "<"
    body = struct.pack(f"{order}{len(flat)}{TYPES[kind]}", *flat)
    return b"\x93NUMPY\x01\x00" + struct.pack("<H", len(header)) + header.encode() + body


def read_npy(path):
    """Shape and flat values of a little-endian .npy file of version 1.0."""
    data = path.read_bytes()
    assert data[:8] == b"\x93NUMPY\x01\x00", data[:8]
    (length,) = struct.unpack("<H", data[8:10])
    header = data[10 : 10 + length].decode()
    kind = re.search(r"'descr': '(.+?)'", header).group(1)
    assert "'fortran_order': False" in header
    shape = tuple(int(word) for word in re.search(r"'shape': \((.*?)\)", header).group(1).split(",") if word.strip())
    count = math.prod(shape)
    return shape, list(struct.unpack(f"<{count}{TYPES[kind]}", data[10 + length :]))


def read_header(name):
    """Arrays and the rows of the table of cases in a C header of tests/golden."""
    text = (ROOT / "tests" / "golden" / name).read_text()
    arrays = {
        found.group(1): [float(word) for word in re.findall(r"[-+.\deE]+", found.group(2))]
        for found in re.finditer(r"static const (?:double|int32_t) (\w+)\[\] = \{(.*?)\};", text, re.S)
    }
    cases = []
    for found in re.finditer(r"\{(\.\w+ = .*?)\}", text, re.S):
        case = {}
        for key, word in re.findall(r"\.(\w+) = ([-+\w.]+)", found.group(1)):
            if word in arrays:
                case[key] = arrays[word]
            else:
                try:
                    case[key] = float(word)
                except ValueError:
                    case[key] = word
        cases.append(case)
    return cases


def rows_of(flat, columns):
    return [flat[start : start + columns] for start in range(0, len(flat), columns)]


def adjusted_rand_index(a, b):
    """Hubert and Arabie 1985."""
    pairs = lambda counts: sum(count * (count - 1) / 2 for count in counts)  # noqa: E731
    both = pairs(collections.Counter(zip(a, b)).values())
    first, second = pairs(collections.Counter(a).values()), pairs(collections.Counter(b).values())
    expected = first * second / (len(a) * (len(a) - 1) / 2)
    most = (first + second) / 2
    return 1.0 if most == expected else (both - expected) / (most - expected)
