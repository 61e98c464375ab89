using Gatekeeper.Release;

namespace Gatekeeper.Update;

/// <summary>Where a release is staged: one file on the data partition. What fails throws <see cref="IOException"/>.</summary>
public interface IStageArea
{
    /// <summary>Bytes that may be used, <c>Limits.StageReserveBytes</c> already left out; what a stage now there holds counts as free.</summary>
    long FreeBytes { get; }

    /// <summary>Begins a new stage of <paramref name="length"/> bytes; an older one, whole or not, is gone.</summary>
    IStageFile Create(StageLabel label, long length);

    /// <summary>
    /// Opens what a copy of the release with this digest left, gives it the new label and room for <paramref name="length"/> bytes, and removes
    /// every whole stage; null when there is nothing of this release.
    /// </summary>
    /// <param name="label">As the file of the release lies that is copied now.</param>
    /// <param name="length">Its length, which the stage has once it is complete; until then it may be longer.</param>
    /// <param name="before">The label it had.</param>
    IStageFile? Resume(StageLabel label, long length, out StageLabel before);

    /// <summary>Removes what is unfinished. True when there was something.</summary>
    bool DiscardUnfinished();

    /// <summary>Opens the complete stage, or answers null when there is none.</summary>
    IStageSource? Open();

    /// <summary>Removes every stage, whole or not.</summary>
    void Discard();
}

/// <summary>A complete stage. It is a claim like any other file: it is verified whole before it is used.</summary>
public interface IStageSource : IReleaseSource, IDisposable
{
}

/// <summary>A stage that is being written.</summary>
public interface IStageFile : IDisposable
{
    /// <summary>Fills <paramref name="buffer"/> with what was written there, now or before an interruption.</summary>
    void ReadAt(long offset, Span<byte> buffer);

    /// <summary>Writes all of <paramref name="data"/>.</summary>
    void WriteAt(long offset, ReadOnlySpan<byte> data);

    /// <summary>Makes it durable, then gives it the name of a complete stage, durably.</summary>
    void Complete();
}

/// <summary>
/// Copies a release that could be installed, so that the stick can be pulled. Each chunk is verified in memory before it is written;
/// the rest of the file is copied as it was read, because installing from the stage runs the whole verification again. A copy that was
/// interrupted goes on from any stick with the same release (decisions/0130).
/// </summary>
public sealed class StageStore(IStageArea area, IInUse inUse)
{
    /// <summary>True when the data partition has room for it.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.StageMedium"/>.</exception>
    public bool HasRoom(VerifiedRelease release)
    {
        ArgumentNullException.ThrowIfNull(release);
        return Guarded(() => area.FreeBytes) >= release.FileLength;
    }

    /// <summary>Copies it, or what an interrupted copy of it still lacks. A stop or a refusal leaves no complete stage.</summary>
    /// <param name="release">What the verifier accepted.</param>
    /// <param name="source">The file it was read from.</param>
    /// <param name="report">Called with bytes done and bytes in all, on this thread.</param>
    /// <param name="pause">
    /// Called on this thread when the device comes into use; copying goes on where it was when this returns. Null: then it is a refusal.
    /// </param>
    /// <param name="resumed">Told once how many bytes an interrupted copy left, before the rest is read; not called when there was none.</param>
    /// <param name="stop">Stops at a chunk's end with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="RefusedException"><see cref="Refusal.InUse"/>, <see cref="Refusal.StageMedium"/>, and what the source or a chunk refuses.</exception>
    public void Copy(VerifiedRelease release, IReleaseSource source, Action<long, long>? report = null, Action? pause = null, Action<long>? resumed = null, CancellationToken stop = default)
    {
        ArgumentNullException.ThrowIfNull(release);
        ArgumentNullException.ThrowIfNull(source);
        long done = 0;
        void Step(int bytes)
        {
            done += bytes;
            report?.Invoke(done, release.FileLength);
            stop.ThrowIfCancellationRequested();
        }

        void Look()
        {
            while (inUse.InUse)
            {
                if (pause is null)
                {
                    throw new RefusedException(Refusal.InUse, "the device is in use");
                }

                pause();
            }
        }

        Look();
        Guarded(() =>
        {
            StageLabel label = StageLabel.Of(release);
            using IStageFile? left = area.Resume(label, release.FileLength, out StageLabel before);
            KeptChunks kept = left is null ? KeptChunks.Nothing : KeptChunks.Find(release, left, label.PayloadAt - before.PayloadAt, Look, Step);
            if (kept.Bytes > 0)
            {
                resumed?.Invoke(kept.Bytes);
            }

            using IStageFile file = left ?? area.Create(label, release.FileLength);
            long at = 0;
            foreach (VerifiedPayload payload in release.Payloads.OrderBy(p => p.FileOffset))
            {
                CopyAsRead(source, file, at, payload.FileOffset, Look, Step);
                at = CopyChunks(source, file, payload, kept, Look, Step);
            }

            CopyAsRead(source, file, at, release.FileLength, Look, Step);
            Look();
            file.Complete();
            return 0;
        });
    }

    /// <summary>Opens the complete stage, or answers null.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.StageMedium"/>.</exception>
    public IStageSource? Open() => Guarded(area.Open);

    /// <summary>Removes what an interrupted copy left. True when there was something.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.StageMedium"/>.</exception>
    public bool DiscardUnfinished() => Guarded(area.DiscardUnfinished);

    /// <summary>Removes every stage.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.StageMedium"/>.</exception>
    public void Discard() => Guarded(() =>
    {
        area.Discard();
        return 0;
    });

    private static long CopyChunks(IReleaseSource source, IStageFile file, VerifiedPayload payload, KeptChunks kept, Action look, Action<int> step)
    {
        long end = payload.FileOffset;
        byte[] buffer = new byte[payload.PlainLength(0)];
        for (int index = 0; index < payload.Chunks.Length; index++)
        {
            ChunkEntry entry = payload.Chunks[index];
            if (entry.StoredLength > 0)
            {
                // A chunk that is stored at all is stored plain: ChunkTable refuses every other form.
                // The bytes stay in memory while the device is in use: what was read and verified once is not read again.
                if (!kept.Has(payload, index))
                {
                    LeasePieces.Write(payload.FileOffset + entry.StoredOffset, ChunkReader.Read(source, payload, index, buffer).Plain, look, file.WriteAt);
                    step(entry.StoredLength);
                }

                end = Math.Max(end, payload.FileOffset + entry.StoredOffset + entry.StoredLength);
            }
        }

        return end;
    }

    private static void CopyAsRead(IReleaseSource source, IStageFile file, long from, long to, Action look, Action<int> step)
    {
        byte[] buffer = new byte[Limits.LeaseWriteBytes];
        for (long at = from; at < to; at += buffer.Length)
        {
            Span<byte> bytes = buffer.AsSpan(0, (int)Math.Min(buffer.Length, to - at));
            source.ReadAt(at, bytes);
            LeasePieces.Write(at, bytes, look, file.WriteAt);
            step(bytes.Length);
        }
    }

    private static T Guarded<T>(Func<T> action)
    {
        try
        {
            return action();
        }
        catch (IOException e)
        {
            throw new RefusedException(Refusal.StageMedium, $"stage failed: {e.Message}");
        }
    }
}
