using System.Buffers.Binary;
using System.Text;
using Gatekeeper.Release;

namespace Gatekeeper.Stick.Boundary;

/// <summary>
/// A refusal as it goes over the boundary: <c>code[2] detail[0..160]</c>, ASCII.
/// The child that sends it reads hostile bytes, so gatekeeperd accepts only the codes that child may give, and of the detail
/// only plain letters, digits and marks: it goes to the audit log behind the child's name, and nowhere else.
/// </summary>
public static class RefusedMessage
{
    /// <summary>Bytes at most.</summary>
    public const int MostBytes = 2 + Limits.BoundaryDetailChars;

    private const string Marks = " ,.:()<>=/_-+'";

    /// <summary>The message of a refusal; a longer detail is cut.</summary>
    public static byte[] Write(RefusedException refused)
    {
        byte[] detail = Encoding.ASCII.GetBytes(refused.Detail);
        int length = Math.Min(detail.Length, Limits.BoundaryDetailChars);
        byte[] body = new byte[2 + length];
        BinaryPrimitives.WriteUInt16LittleEndian(body, (ushort)refused.Code);
        detail.AsSpan(0, length).CopyTo(body.AsSpan(2));
        return body;
    }

    /// <summary>The refusal a child claims.</summary>
    /// <param name="body">The message.</param>
    /// <param name="child">The child's name, for the detail.</param>
    /// <param name="may">The codes this child may give.</param>
    /// <exception cref="InvalidDataException">Another code, or no message of this form.</exception>
    public static RefusedException Read(ReadOnlySpan<byte> body, string child, ReadOnlySpan<Refusal> may)
    {
        var reader = new WireReader(body);
        var code = (Refusal)reader.UInt16();
        if (!may.Contains(code))
        {
            throw new InvalidDataException($"refusal {(ushort)code} is not for the {child} to give");
        }

        ReadOnlySpan<byte> detail = body[2..];
        foreach (byte b in detail)
        {
            if (!char.IsAsciiLetterOrDigit((char)b) && !Marks.Contains((char)b))
            {
                return new RefusedException(code, $"{child}: detail left out");
            }
        }

        return new RefusedException(code, $"{child}: {Encoding.ASCII.GetString(detail)}");
    }
}
