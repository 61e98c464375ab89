using System.Collections.Immutable;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>A release file that is signed or looked at: its roles and who signed them.</summary>
internal sealed class ReleaseOnDisk : SignedFile
{
    private readonly FileSource _source;
    private readonly long _endOfMetadata;

    /// <summary>Opens a file.</summary>
    /// <exception cref="ToolException">Not a release file.</exception>
    internal ReleaseOnDisk(string path)
        : base(path)
    {
        _source = new FileSource(path);
        try
        {
            ReleaseHead head = GkuReader.ReadHead(_source);
            Signing = ReleaseSigning.Of(head, path);
            IEnumerable<int> lengths = [.. head.Roots.Select(r => r.Length), head.Timestamp.Length, head.Snapshot.Length, head.Targets.Length];
            _endOfMetadata = lengths.Sum(l => (long)UstarHeader.BlockBytes + l + UstarHeader.Padding(l));
        }
        catch (RefusedException e)
        {
            _source.Dispose();
            throw new ToolException(ExitCode.Input, $"{path} is not a release: {e.Detail}", "give the file that release build wrote");
        }
        catch
        {
            _source.Dispose();
            throw;
        }
    }

    /// <summary>Its metadata.</summary>
    internal ReleaseSigning Signing { get; }

    /// <summary>The release document.</summary>
    internal ReleaseDocument Document => Signing.Document;

    /// <summary>SHA-256 of the release document, lower-case hex: the release's identity.</summary>
    internal string Digest => Signing.Digest;

    /// <summary>Bytes of the file, parts joined.</summary>
    internal override long Length => _source.Length;

    /// <inheritdoc/>
    internal override string What => "a release";

    /// <inheritdoc/>
    internal override ImmutableArray<RoleSigning> Roles => Signing.Roles;

    /// <inheritdoc/>
    internal override RootChain Before => Signing.Roots;

    /// <inheritdoc/>
    internal override KeyNames Names => Signing.Roots.Names;

    /// <inheritdoc/>
    internal override IReadOnlyList<string> Words => ReleaseWords.Of(Signing);

    /// <inheritdoc/>
    internal override IReadOnlyList<(string What, long Expires)> Expiries => Signing.Expiries;

    /// <inheritdoc/>
    internal override void Save(Action<long> progress)
    {
        ExpectOneFile();
        OutputFile.Replace(FilePath, output => WriteTo(output, progress));
    }

    /// <summary>Copies what is behind the release document: chunk tables, bill of materials, payloads, the end.</summary>
    internal void CopyBehindDocument(Stream output, Action<long> progress)
    {
        int length = Signing.DocumentBytes.Length;
        CopyFrom(_endOfMetadata + UstarHeader.BlockBytes + length + UstarHeader.Padding(length), output, progress);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _source.Dispose();
        base.Dispose(disposing);
    }

    private void WriteTo(Stream output, Action<long> progress)
    {
        Signing.WriteMetadata(new GkuWriter(output));
        CopyFrom(_endOfMetadata, output, progress);
    }

    // Zeros become holes of the new file, so that a copy takes no more room than it must.
    private void CopyFrom(long start, Stream output, Action<long> progress)
    {
        byte[] buffer = new byte[1 << 20];
        for (long at = start; at < _source.Length;)
        {
            Span<byte> piece = buffer.AsSpan(0, (int)Math.Min(buffer.Length, _source.Length - at));
            _source.ReadAt(at, piece);
            if (piece.ContainsAnyExcept((byte)0))
            {
                output.Write(piece);
            }
            else
            {
                output.Seek(piece.Length, SeekOrigin.Current);
            }

            at += piece.Length;
            progress(piece.Length);
        }

        output.SetLength(output.Position);
    }

    private void ExpectOneFile()
    {
        if (_source.Parts > 1)
        {
            throw new ToolException(ExitCode.Input, "a release in part files cannot be signed", "sign the one file that release build wrote; stick write makes the parts");
        }
    }
}
