using System.Collections.Immutable;
using Gatekeeper.Release;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Ceremony;

/// <summary>
/// What goes from signer to signer: what is to be signed, all that is needed to judge it, and the signatures so far.
/// A file <c>X.gks</c> is an archive like a release (FORMAT.md §3), so <c>tar tvf</c> lists it:
/// <code>
/// request.json                {"_type":"x-gatekeeper-signing-request","format":1,"kind":"root" or "release"}
/// metadata/1.root.json ...    kind root: the last one is to be signed, the others lead to it
/// kind release: metadata/timestamp.json, metadata/V.snapshot.json, metadata/V.targets.json (to be signed), targets/HASH.x.release.json
/// </code>
/// It begins with another entry than a release does, so no device takes one for the other.
/// </summary>
internal sealed class SigningRequest
{
    /// <summary>The ending of a request's name.</summary>
    internal const string Extension = ".gks";

    private const string HeadName = "request.json";
    private const string Type = "x-gatekeeper-signing-request";
    private const int MaxHeadBytes = 4096;
    private const int Format = 1;

    private SigningRequest(RootChain before, RootFile? root, RoleSigning? rootSigning, ReleaseSigning? release)
    {
        Before = before;
        Root = root;
        Release = release;
        Roles = release?.Roles ?? [rootSigning!];
    }

    /// <summary>The roots that are complete.</summary>
    internal RootChain Before { get; }

    /// <summary>The root to be signed, when it is one.</summary>
    internal RootFile? Root { get; }

    /// <summary>The release to be signed, when it is one.</summary>
    internal ReleaseSigning? Release { get; }

    /// <summary>What is to be signed.</summary>
    internal ImmutableArray<RoleSigning> Roles { get; }

    /// <summary>What people call the keys.</summary>
    internal KeyNames Names => Root is null ? Before.Names : KeyNames.Of(Root.Metadata.Signed, Before.Names);

    /// <summary>A request for the root behind these.</summary>
    internal static SigningRequest For(RootChain before, RootFile root, string name) => new(before, root, before.Next(root, name), null);

    /// <summary>A request for a release.</summary>
    internal static SigningRequest For(ReleaseSigning release) => new(release.Roots, null, null, release);

    /// <summary>Reads a request.</summary>
    /// <exception cref="RefusedException">It is none.</exception>
    /// <exception cref="ToolException">A root or a signature in it is not good.</exception>
    internal static SigningRequest Read(IReleaseSource source, string path)
    {
        var archive = new ArchiveReader(source, Refusal.FileMalformed);
        if (!archive.TryReadHeader(out string name, out long length) || name != HeadName || length > MaxHeadBytes)
        {
            throw archive.Refused("the first entry is not request.json");
        }

        JsonFields head = JsonFields.Of(CanonicalJson.Parse(archive.ReadContent((int)length)), "request");
        head.Only("_type", "format", "kind");
        if (head.Text("_type") != Type || head.Integer("format", 1, CanonicalJson.MaxInteger) != Format)
        {
            throw archive.Refused("a signing request of a newer gatekeeper-sign");
        }

        ReleaseHead rest = GkuReader.ReadHead(new RestOfSource(source, archive.Position));
        string kind = head.Text("kind");
        return kind switch
        {
            "root" when rest is { RootsOnly: true } => ReadRoot(rest, path),
            "release" when rest is { RootsOnly: false, Fault: null } => ReadRelease(rest, path),
            _ => throw rest.Fault ?? archive.Refused("its kind does not go with what it holds"),
        };
    }

    /// <summary>Writes it with the signatures it has now.</summary>
    internal void Write(Stream output)
    {
        var writer = new GkuWriter(output);
        writer.Write(HeadName, CanonicalJson.Write(new JsonObject(
            ("_type", new JsonString(Type)),
            ("format", new JsonInteger(Format)),
            ("kind", new JsonString(Release is null ? "root" : "release")))));
        if (Release is not null)
        {
            Release.WriteMetadata(writer);
            Release.WriteDocument(writer);
        }
        else
        {
            foreach (RootFile root in Before.Roots)
            {
                writer.Write(GkuNames.Root(root.Root.Version), root.Bytes);
            }

            writer.Write(GkuNames.Root(Root!.Root.Version), Roles[0].Encode());
        }

        writer.Finish();
    }

    /// <summary>Adds the signatures that a copy of this request, or the file it was made of, has.</summary>
    /// <returns>How many were new.</returns>
    /// <exception cref="ToolException">It is a copy of something else.</exception>
    internal static int Merge(ImmutableArray<RoleSigning> into, ImmutableArray<RoleSigning> from, string path)
    {
        bool same = into.Length == from.Length && into.Zip(from).All(p => p.First.Metadata.SignedBytes.AsSpan().SequenceEqual(p.Second.Metadata.SignedBytes.AsSpan()));
        if (!same)
        {
            throw new ToolException(ExitCode.Input, $"{path} is about something else", "give copies of one and the same request; nothing was written");
        }

        return into.Zip(from).Sum(p => p.Second.Metadata.Signatures.Count(p.First.Add));
    }

    private static SigningRequest ReadRoot(ReleaseHead head, string path)
    {
        RootFile[] roots = [.. head.Roots.Select(r => RootFile.Read(r.Span))];
        RootChain before = RootChain.Of(roots[..^1].Select((r, i) => ($"root {i + 1} in {path}", r)));
        return For(before, roots[^1], $"the root in {path}");
    }

    private static SigningRequest ReadRelease(ReleaseHead head, string path)
    {
        if (head.Rest!.TryReadHeader(out _, out _))
        {
            throw head.Rest.Refused("more than a request holds");
        }

        head.Rest.ReadEnd();
        return For(ReleaseSigning.Of(head, path));
    }

    /// <summary>A source from a byte on.</summary>
    private sealed class RestOfSource(IReleaseSource source, long start) : IReleaseSource
    {
        public long Length => source.Length - start;

        public void ReadAt(long offset, Span<byte> buffer) => source.ReadAt(start + offset, buffer);
    }
}
