"""Published vectors of the prefix map, written down anew. Source: torchwood, mpt/testdata.

Claims are lines of root, prefix, pairs, proof and verdict in hex; "_" is nothing and "-" no pairs.
The source also speaks of single keys. Such a claim is put here as one of all pairs under the key;
where it is true of the key and yet not of all under it, as of keys that begin with others, the
verdict is "part", and a true claim of all that are under it stands near.
"""

from hashlib import sha256
from itertools import starmap
from pathlib import Path
from string import Template
from typing import NamedTuple

from tocsin.record.prefix_map import Pair

VECTORS = Path(__file__).with_name("vectors")


class Claim(NamedTuple):
    root: bytes
    prefix: bytes
    pairs: list[Pair]
    proof: bytes
    verdict: str


def hashed(text: str) -> bytes:
    return sha256(text.encode()).digest()


def numbered(count: int) -> str:
    pairs = sorted((hashed(f"key:{n}"), hashed(f"val:{n}")) for n in range(count))
    return ",".join(f"{key.hex()}:{value.hex()}" for key, value in pairs)


def spelled(text: str) -> list[Pair]:
    """Pairs as in the claims."""
    if text == "-":
        return []
    return list(starmap(Pair, (map(octets, pair.split(":")) for pair in text.split(","))))


def octets(text: str) -> bytes:
    return b"" if text == "_" else bytes.fromhex(text)


NAMES = {
    **{f"K{name[0]}": hashed(f"key:{name}").hex() for name in ("a", "b", "c", "missing")},
    **{f"V{name}": hashed(f"val:{name}").hex() for name in ("a", "b", "c", "wrong")},
    **{f"T{name}": hashed(f"val:{name}").hex() for name in ("a", "ab", "abc", "abd", "b", "ba")},
    **{f"K{n}": hashed(f"key:{n}").hex() for n in range(50)},
    **{f"V{n}": hashed(f"val:{n}").hex() for n in range(50)},
    "first10": numbered(10),
    "first100": numbered(100),
    "wrong": hashed("wrong").hex(),
    "none": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "sibling": hashed("sibling").hex(),
    "sib1": hashed("sib1").hex(),
    "sib2": hashed("sib2").hex(),
    "a": "5586c5702eb4abc508d685b0833e8f83050c864796d18ae25dc3d22073038fb8",
    "b": "16a5fadb9ec081b9111a6e731c4a5cea7315ebc862fe48f75b0e658966e59df2",
    "c": "65ccf55d89d2f4864ea1e8fbc0b1d74a29a67431d7210b0e82037ef2788f32c6",
    "bc": "c8f7f7f5f65dd8ede617bb4e4d934c1012a1003c817a3d217e030fcc1b3ed1a0",
    "ab": "ce1e03bce2008026dd8f68f43b815f3f75bc14f3a2213e334c64230c6ebe8666",
    "abc": "4a79f8c72c1e6aef51da667b958a4a60d9d54eeb4e71e169c97f6f0ef2462223",
    "Up32": bytes(range(32)).hex(),
    "Up64": bytes(range(64)).hex(),
    "Down32": bytes(range(255, 223, -1)).hex(),
    "High64": bytes(range(128, 192)).hex(),
    "Long": (b"\x80" + bytes(range(1, 100))).hex(),
    "Mid": bytes(range(64, 96)).hex(),
    "Threes": bytes(range(0, 150, 3)).hex(),
    "Up200": bytes(range(200)).hex(),
    "From100": bytes(at % 256 for at in range(100, 300)).hex(),
    "zeros": "00" * 31,
    "zeros30": "00" * 30,
    "zeros15": "00" * 15,
    "as": "aa" * 30,
    "fs": "ff" * 16,
    "abs": "ab" * 1022,
    "ones": "ff" * 63,
    "left3": "e9814f17d2c5c9abba3e0e2a4c597d070ad4087340b9b44049e130de3a8689b5",
    "right3": "bde7b7c4e71186e3ce37af4616db03c2f756388001e14a5f4defb1d850c09bd3",
    "three": "5a1a827ca882da0daa1b61ecf5c8c7324c34849897fca0c1a730b64cec96189e",
    "sizes": "1e8e6cbaccdcb188cf004a1077b8f435e0a41ad11a15edcc53baa0451fcb4ee7",
    "size1": "fa41366ac532d37b6e4687762f5b62e98a2df075c55528a4b5f8901fcb62ff89",
    "aa": "ef77e2611d540eb68a064bad3c5ed3ef6157717ffe929c533d02e2e5fdbab53d",
    "aa00": "8fae00f40df5903c04ac1b908e2c15554b7929594b2bea9bcfeb39087477a511",
    "aa00ff": "5fb7883d4653ebe26760b3617c66faf24760ac52357d4ea3e6ebcec2012f1766",
    "two": "652af8899929dc42c34f0b98ad8e1fb6dc62528051cc45f0975cf3ea849ef39b",
    "two_right": "e9bbddf41645a9e33d10589174a7c6b5c7bc40c7853640b3ed95631906419cee",
    "ten": "278ebf2a3f37f47f99da7f1dafadc8c109ca1c96fe8fb0097814547082d289c8",
    "ff": "d8d646b5e3b2bbf2c1c57c3287f0810ccc92065242eec4d45c7bff13fb47f104",
    "ff00": "a6d4e31ef88824683f136dafbe8cb0bf786fde89a82088f8b9d09c6672c6894b",
    "both": "9de3a1dac7c1ce90c1bd63520099045f43769318cf67ac9d76316896e1978b9b",
    "tenbb": "cc1bde60ce3b211f5ff73ef1d50819c699016eadc2ebe2c1c1657cb537a22d32",
    "tenbb_right": "969f212597e87fb2ccc93fd9f09762e8e3e037cc1bb6b34117b27f97072b255b",
    "void": "f781fca5322ada0b26d8bc962e3cb149eae923072bf58c6426ec8a3fb3684a2f",
    "void_left": "43d32c743438ec8c3d23d199721e7999d8fc3124a4eebd6adfae42ef1474bb27",
    "void_right": "c09a57053f599fc6ebf48e0605a17ea0c2ffe63fa9b48cec0ce289e5df60bcb6",
    "chain": "4cf0e829df5d68543af1688dd858785a1403e0cea6d5cc0600833414b5c86b0f",
    "chain1": "8baf0e4d45047f2d0ed95442bd339dcc51631dff62bdd537a14d6788d791862a",
    "chain2": "f26fc52fd34db084c15cd8cd5bcc0a8cd6c3e7aeb790aba879c11ee8fbf9c31f",
    "chain3": "40006ed0e42658fbd3f01540eabb1177c7ad30842ef7d5486750c9a591753581",
    "chain23": "b6abeec889bf995a472d9bbf379509a2b24f3ace0859b2b914b41545771f419a",
    "pad": "d59f32f32c09620cb2ca29629e1c91ad1e91735f4f811b6f46b95bc7060e10db",
    "pad_left": "a1e210e56d60f426e22e01cd5d8ecf1298fc4864db6a3a8e31dcf513aa30ef94",
    "pad_right": "06ba466e2ba1b5cfbb73851b120447531ecb5bc1b62508774c622e57c48eade3",
    "nokey": "3ef6294155d93a11692150d489e00c849a932b4bc7605c136b00de040377d5bc",
    "zero": "a73cd958e4cebf777cfbdcd6147cd14efa444a55dd5a77db97615e866f890550",
    "nokey80": "5fc6da224b95fa2e8069d72016bcdae9a35ff4878c0e2b204a1b9ee1a7a3f08e",
    "leaf80": "cd7dcf45ead13419bd621041fd85a5f966309cdc2b5dd8b8246efdb50cdfbf4d",
    "aabbcc": "d537f29e12fc567e9f9813834a195e28a031fc39357d6ef4071f08a4f8ce48c6",
    "swap": "9b39e27e037c063ea6422a79d05f78b482fdbd33ffb65244c0828aa5d04714f3",
    "swap2": "7f9d2d9a0fec1da6fbe83901a50fddd08e4bb5d1b352e8a2c33481dbf3ec34d1",
    "reuse": "c00a1f56c8038d93c6fef4db76b1b64dbdbd9b0ffa0b28ea8cc6c469e02d9e73",
    "reuse_right": "6ff5eff8d59bc26df2bbaeb7b9ccfbead59f32aa4499f1ced48245f05265c361",
    "text": "43afcb9516e9131a637a0a229d66e0575751ef61c978fe23d102898374169c95",
    "t_a": "1b5160d7a8402e28939ea9a1bda22335c8876901de1fe4ea7adb8c8a41172dfb",
    "t_b": "5a442e4e8c7f90e5f4eefafcb0f933eac12e5848f6399a13f46e33769f5d42d1",
    "t_ab": "ca9fe5ddf183a3bb75bd8ceb97fb80d676a23e87a5c2333c539aeeb2b3f0465c",
    "t_abc": "0987b6fad861efd3a5c1bb97c83bb582ea30b169706117ebd140d30427656a35",
    "t_abd": "e1054df3e89d71b0fd26e268d1b49ce86a4dbc880dddb929bc978048e180fedc",
    "t_only_ab": "c4d32c94bd7b8f8ce32f97510a90271185bacb894d27514744d9c5c326c9d251",
    "t_abcd": "6555d6b369af643b735c917fee3c73d6046a96602065de1110591f547de8d776",
    "t_ba": "8875ec1c603c607cf5bc826bf708f80c03749c65bde8e881e2a8041ce6908a24",
    "t_all_a": "74a176e2a07a977ba3d7377077b552cb34ed7e718b6afa66bd12d0c5d159f4f5",
}

# treehash.txt, whole: pairs and root
TREES = """
- $none
$K0:$V0 2a698354db3d6d1e4205dc2ca99f9b5925612fd3641ce5bc3400ab521052c1e9
ab:cd e2803f59293564e96b6c5c16157cec731a294631aefb5d08d18630ed6a27184c
_:_ 709e80c88487a2411e1ee4dfb9f22a861492d20c4765150c0c794abd70f8147c
$Up200:$From100 8c0da94c2b47a88a6c4dc0ea2b606deb0594a522cdaa6b39f57da2ac28fcd1ff
00$zeros:$V10,80$zeros:$V11 6b6f242a8dcfacd8bc1213d4453852a2127b398c65a7684a2e1af666f6356061
00$zeros:$V12,01$zeros:$V13 9abb026bca1c67d3d40a45d97d6f0467b6d4a3c38606358014ff990b44b3b0c1
00$zeros:$V14,0080$zeros30:$V15 fb38b0365217d5add42b9ed01a334c9b5e7e29798926f5eb3c9f14029de7c87a
${as}0000:$V16,${as}0100:$V17 6267acde2a12f4da5666e44cb63779798523d5b07fb09ed1a7ea38aaaf3bcd75
00$zeros:$V20,40$zeros:$V21,80$zeros:$V22 \
3b5ae657915d8cd94abdf4362daf5397d0b74cea7edfcb88b2ad3a21bd0c6efd
00$zeros:$V23,40$zeros:$V24,80$zeros:$V25,c0$zeros:$V26 \
752cace32992bd2e650f86a60f7f4cb073e77bd0da0bbae17c9927ca0cac41d9
${fs}00$zeros15:$V27,${fs}80$zeros15:$V28 \
55664663e0148e90b47b18ec9660b0a9c5d83b03fc0235fcb8938763d7d3ed7f
12:aa,1234:bb fdc14c0c7b5792f43d902121bad7c3adac246ce0ae9278745ecb0843e6324b45
12:cc,3456:dd d85d93750f8d1daa041073d83fcd94fd122775aa99878f5db30818c206a3fe91
10:01,90:02,$K30:$V30 4b1776f75dbc6de816943d30316b7433b587e5e5fa71ff5073c6e0029ac09904
_:ee,ff:11 62a9bde34315aeb65c1309861f1167f1f0ad545423e45964b35daad8ebd48faa
ab00:02,ab00fe:04,ab00ff:03,ab:01,ab01:05 \
d3dc99aeacd7edf707a7b5f12753a5069726c3b6520c71fa44027e4a1ed63290
ab00:12,ab:11 f0ba1ed205cb4bbe6dff5439b06a3ceb20fb72fa9ad8d7cdd1e0e60e1034799e
ab00ff:22,ab:21 a14eef717d6b534afafafceff9fb28bfc56f5b5a01e98055939091d0d10e149f
ab:31,ab01:32 1cde8a0b5f07dd9cb0b1130a3bb05b008ded2e66abd3d4b69af752ad88061c5f
ab00fe:41,ab00ff:42 b96c204a8da194626ee39d1b1305e385e4c4b9346421f4397a80d55431e15c3e
ab00ff:51,ab:52 153fcdec6669f2e7c2bff4a9d3860c6ab913293e73b5d4fd16590d8855fd1ce2
00:62,_:61 7ec62f38ea1e0d542f7a32c7e726542fa90ee20a61046ada8eaa22d6014a28b7
ab00ffff:71,ab:72 0564f1f396d3a1b72867717a349195c4364c4c6635d6a027c8cdc7be5f1c71c7
ab0000:83,ab00:82,ab:81 774fd8699a3458f407810074ba63252db93684833e0b2cc06edaa379408ea1d0
${abs}ab00:92,${abs}ab:91 99b5fa865a0e9b148b51a44f241be42a676313f10d3f1b51fcbfc1560688511a
${abs}00ff:a2,$abs:a1 e5572c48c1c3927a5a04ed3ed4f267809f0623b6ce828688c87a7d0ec16c177c
$K40:01,$K41:02 d59825cc428158a508cd16cd2ff2c3e074c770f9d809d7a9b4da9ca55d421423
$K40:0102030405,$K41:060708090a 820ad84ca4b09ab8d13b4f554e3c5561a479ec033bbfc80a7c54ca1fb869f630
$K42:_,$K43:fffe 440716ea1c39ff82505622abfa40377e2977dbb26ec5d3cd2a2b22e7b3b301ae
$first10 bc9a8f5c4b48ffd5fb48ba5996168a4ba45712b5f73bd4642df8971cd342d91e
$first100 70cf82c7c755c852589be0023e85948a329c1e8a9b21587dba9e50c103f1bceb
"""

# verify.txt, whole
CLAIMS = (VECTORS / "map-claims.txt").read_text()


def trees() -> list[tuple[list[Pair], bytes]]:
    lines = Template(TREES).substitute(NAMES).strip().splitlines()
    return [(spelled(pairs), octets(root)) for pairs, root in map(str.split, lines)]


def claims() -> list[Claim]:
    lines = Template(CLAIMS).substitute(NAMES).strip().splitlines()
    return [
        Claim(octets(root), octets(prefix), spelled(pairs), octets(proof), verdict)
        for root, prefix, pairs, proof, verdict in (line.split() for line in lines if line)
    ]


TEXTS = ["", "\0", "\xff", "a", "a\0", "a\xff", "ab", "ab\0", "abc", "abd", "b", "ba", "bb", "c"]


def texts(count: int) -> list[Pair]:
    """The first keys of `TEXTS`, in the order of the map."""
    keys = [text.encode("latin-1") for text in TEXTS[:count]]
    pairs = [Pair(key, hashed(f"prefix-text-val-{at}")) for at, key in enumerate(keys)]
    return sorted(pairs, key=lambda pair: (pair.key + b"\0").ljust(9, b"\xff"))


def hashes() -> list[Pair]:
    return sorted(
        Pair(hashed(f"prefix-key-{at}"), hashed(f"prefix-hash-val-{at}")) for at in range(200)
    )


NODES = {
    "void": "0ca905232aea97072c1f7b98addc2cd20fff116ead87c04568d61daeea1b6bc2",
    "none": NAMES["none"],
    "root": "8c788a39699cecdb275a1a20e6e7eb0791fbd0ed6bdc284cc2639d0d0fb6e695",
    "zeros": "a77384d66a7391fa54f4cd799bda24177d138b6167ae7cd3913501497aac87ad",
    "letters": "d0eec4f16ac7a01233528787f487242558d0cb88d4eacdc842f37bdc42ec6a58",
    "ff": "daa20f1d2f04ec9f19c081caeca66e549d1a93022063463ff4501bed268b356a",
    "low": "5d8e30d3f4e724e89ca041de9eb670b58c15078babacf4c9add1f45de1bce4e7",
    "b_": "ff631c32ec94fc3df4b8a8afd7c9afe6c008de839a086bd94f3442ae500fcf97",
    "c": "5546894717266569a430503a80fd4f8a21578dd1dc8060ce225b0c3aba20aeec",
    "a": "94562f68a570970572a78759caffb8fb2bb0a6949791e62f03fb405d55ae123d",
    "bc": "bf3b9eb66a556091f41aadb63ffbb5865b9197de0d18c56aa179d2cab4779742",
    "nul": "2464f02173597d2770c521d4ecb12889f521dc16f28ac9b67a0222e4e380d853",
    "a0": "93a853c5ea8ba67a3094cfe3d650f2914b04662e6f05855fb756c744d9ea8417",
    "ab": "f319a806ca7294836ea01e470139df4cd7304937166920096187f4eb782517e8",
    "aff": "bcfd4a58bb54f83e590d3c9ba9298cb7fb462fe7ae9781d6a861a4b1b064b385",
    "a_": "8a94aeac14cf76661153c6873ba3d168ba10640da753867bb96841f89e38c589",
    "a00": "47c3775a3f4a4a15b08d5736292c033cd88469411ff8d31c803e77eb8afda6a3",
    "only_a": "4fa4f05082be2892ea190ea5be82083edeef5ce20690cd661f9ca4f6913e78a8",
    "ab0": "55c106bc2d78880aa5fe17f124e59b83c37c48c278ec6aa8164b1bbc40af3a06",
    "abcd": "afb64a487af26b67ad8da55ea7d43ae3bc7a616d6a66aa5753ad27486c2f61a6",
    **{f"V{at}": hashed(f"prefix-text-val-{at}").hex() for at in range(len(TEXTS))},
    "hashes": "f3e5c16ddd096f0644d63fb827a8fd855a274bbcc79cb093303ac6b4d493de15",
    "h00": "6b619cb29ce76d5f084b4a202b22851ef4f6948c6ef61b26cf39aaa91dfeef21",
    "h03": "34b3ea3a5a1606599b7e9baaf3ea8ebc1d0965894db5c43f5a87cabedd157360",
    "h00_03": "df8cc87f4de60e0f3f1a496692b2da2931d41414454a4a170717d6fbc1a0b71a",
    "h06": "c7f02ce7a575271aadad053158a6b2060f264beeb2c679859d22f2d8c81b9b5d",
    "h0640": "e87370a1db21e389ddc0c96365c36214ec80df0c21ed9a8a4570ed9ec7d73a00",
    "h06f7": "d0b9fd743e3e96845443080dd70411de3eeb01318dc3ddac95b8611bd2fda16d",
    "h08": "e05135be92ef92f930014cf7c8172f2698c828eeae4707b958e103481b7699d4",
    "h0b": "2701dde220c9454244d0e54f18d55f07cbb4ac8c04173e2372873386937bf941",
    "low8": "84070e3a4d12920549ce5bb1c5f6faf907f8f41d958e95a4cd4102105fa66389",
    "s4": "56575fc00eae2919aebd070f7d8a543dc7e3a61c9c8612ce2eb4532e37aaded6",
    "top": "0342e4c5eb708ae34ca3bbbd0a457fad802b0fce6cdb964a9de3182bacdb15b72e"
    "0205f1e51ca9ab4e374b7b5abdba5465226bb6cfdd4c03ec75810bfd5a500046c8"
    "01fb1e40caf322846d513717e246f20dab021b3329adc3fa4ee404794702d8d458"
    "0040dc737418c4383ac4b231e9a07ab1542a9c0f2ff92e3cfab0d7f05c5535afd0",
}

# From prefix.txt: its map of one text, its map of all, and its map of 200 hashes.
PROOFS = (VECTORS / "map-proofs.txt").read_text()


def proofs() -> list[tuple[list[Pair], bytes, bytes, bytes]]:
    """The whole map, a prefix, the hash of what is under it, and the proof."""
    maps = {"1": texts(1), "14": texts(14), "200": hashes()}
    lines = Template(PROOFS).substitute(NODES).strip().splitlines()
    return [(maps[name], *map(octets, rest)) for name, *rest in (line.split() for line in lines)]
