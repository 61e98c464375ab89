using System.Security.Cryptography;
using System.Text;

namespace Gatekeeper.Rig;

/// <summary>Names for products of the cache.</summary>
internal static class Hash
{
    /// <summary>SHA-256 of a text, as 32 hexadecimal digits.</summary>
    public static string Text(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)))[..32];
}
