namespace Gatekeeper.Release.Permits;

/// <summary>What permits, site roots and approvals have in common (FORMAT.md ).</summary>
internal static class Statement
{
    /// <summary>The format written and read.</summary>
    private const int Format = 1;

    /// <summary>Reads the outer form. No signature is checked here.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.MetadataMalformed"/>.</exception>
    public static SignedMetadata Open(ReadOnlySpan<byte> file, int maxBytes, string document) => file.Length <= maxBytes
        ? SignedMetadata.Parse(file)
        : throw new RefusedException(Refusal.MetadataMalformed, $"{document}: larger than its limit");

    /// <summary>Begins to read what is signed: kind, format, least reader, and the members an older reader must not ignore. All else depends on them .</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.PermitNeedsNewerReader"/> or <see cref="Refusal.PermitMalformed"/>.</exception>
    public static JsonFields Fields(JsonObject signed, string type, string document, params string[] known)
    {
        JsonFields fields = JsonFields.Of(signed, document, Refusal.PermitMalformed);
        if (fields.Text("_type") != type)
        {
            throw fields.Bad("_type", type);
        }

        if (fields.Integer("format", 1, CanonicalJson.MaxInteger) != Format || fields.Integer("min_reader", 1, CanonicalJson.MaxInteger) > ReleaseDocument.Reader)
        {
            throw new RefusedException(Refusal.PermitNeedsNewerReader, $"{document}: format or min_reader");
        }

        int names = 0;
        foreach (string name in fields.Texts("critical"))
        {
            if (++names > Limits.MaxCritical)
            {
                throw fields.Bad("critical", "at most MaxCritical names");
            }

            if (!Array.Exists(known, k => k == name) && name is not ("_type" or "critical" or "format" or "min_reader"))
            {
                throw new RefusedException(Refusal.PermitNeedsNewerReader, $"{document}: a critical member that this reader does not know");
            }
        }

        return fields;
    }

    /// <summary>What every one of them begins with.</summary>
    public static (string, JsonValue)[] Head(string type) =>
    [
        ("_type", new JsonString(type)),
        ("critical", new JsonArray([])),
        ("format", new JsonInteger(Format)),
        ("min_reader", new JsonInteger(1)),
    ];

    /// <summary>A name of letters, digits, dots, dashes and underscores.</summary>
    public static string Name(JsonFields fields, string member, int maxChars)
    {
        string value = fields.Text(member);
        return value.Length <= maxChars && GkuNames.IsPlain(value) ? value : throw fields.Bad(member, $"1 to {maxChars} of A-Z a-z 0-9 . - _");
    }

    /// <summary>As <see cref="Signed{T}"/>, for what gives nothing back.</summary>
    public static void Signed(Action read) => Signed(() =>
    {
        read();
        return true;
    });

    /// <summary>Runs what reads a part that enough people signed: whatever is wrong with it now is their mistake and may be shown (I09 c).</summary>
    public static T Signed<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (RefusedException fault) when (RefusalCatalogue.Of(fault.Code).Class != RefusalClass.SignedMetadata)
        {
            throw new RefusedException(Refusal.PermitMalformed, fault.Detail);
        }
    }
}
