using System.Text;
using System.Text.RegularExpressions;

namespace Gatekeeper.Vectors;

/// <summary>
/// The public keys whose private halves anyone can make or look up: those of the vectors and of RFC 8032 section 7.1.
/// <c>firmware/build --release</c> makes no image that trusts one (tests/vectors/test-keys).
/// </summary>
public static partial class PublishedKeys
{
    /// <summary>Their list among the vectors.</summary>
    public const string FileName = "test-keys";

    private static readonly string[] OfTheStandard =
    [
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "278117fc144c72340f67d0f2316e8386ceffbf2b2428c9c51fef7c597f1d426e",
        "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
    ];

    /// <summary>One line a key, sorted: 64 hex digits, or the first line of what its PEM holds; text that no other key has.</summary>
    public static string List(IEnumerable<byte[]> files)
    {
        IEnumerable<string> found = files.SelectMany(file => PublicKey().Matches(Encoding.Latin1.GetString(file)).Select(match => match.Groups["text"].Value));
        return string.Concat(found.Concat(OfTheStandard).Distinct().Order(StringComparer.Ordinal).Select(line => line + "\n"));
    }

    // Of a PEM its first line: the head of the key's structure, the same in every key, and 15 bytes or more that are not.
    // Of a key in two parts the first part. A shorter text is a vector's defect, and no key.
    [GeneratedRegex("\"public\":\"(-----BEGIN PUBLIC KEY-----\n)?(?<text>[0-9a-f]{64}|[A-Za-z0-9+/]{64}(?=\n))")]
    private static partial Regex PublicKey();
}
