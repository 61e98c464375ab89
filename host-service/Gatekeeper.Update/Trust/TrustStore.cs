using System.Text.Json;
using Gatekeeper.Release;
using Gatekeeper.Release.Permits;

namespace Gatekeeper.Update;

/// <summary>What was found on the state partition.</summary>
public enum StoreCondition
{
    /// <summary>A whole record.</summary>
    Sound,

    /// <summary>Nothing was ever written: the first start.</summary>
    Fresh,

    /// <summary>Something was there and nothing of it is whole: rebuilt from the running image, without the device's own facts.</summary>
    Rebuilt,

    /// <summary>A newer program wrote it in a form this one may not touch: nothing is changed, releases are refused.</summary>
    NeedsNewerReader,
}

/// <summary>
/// The trust state in two record areas. Changes are made on a copy in memory with <see cref="Change"/>; only <see cref="Commit"/>
/// writes, and it writes the older area only, so a cut leaves the newer one. One thread changes and commits; any may read.
/// </summary>
public sealed class TrustStore
{
    private readonly IBlockDevice device;
    private readonly RunningSystem running;
    private readonly bool[] whole = new bool[2];
    private bool otherDamaged;
    private byte[]? committed;
    private long sequence;
    private int newest = 1; // so the first commit writes area 0

    private TrustStore(IBlockDevice device, RunningSystem running)
    {
        this.device = device;
        this.running = running;
        Content = new StateContent
        {
            Format = StateFormat.Current,
            MinReader = StateFormat.MinReader,
            Trust = new TrustState { Root = running.Root, RootVersion = running.RootVersion, Floor = running.Version },
            TrustRebuilt = false,
            Device = null,
            SetA = null,
            SetB = null,
            Pending = null,
            Last = null,
            Challenge = null,
            Permitted = null,
            Peripherals = [],
            SiteApprovals = SiteApprovals.Empty,
            People = null,
            Confirmed = null,
            Language = null,
        };
    }

    /// <summary>What was found when it was opened.</summary>
    public StoreCondition Condition { get; private set; }

    /// <summary>How many of the two areas hold a whole record, 0 to 2. One is normal until the second commit of a new device.</summary>
    public int WholeCopies => whole.Count(w => w);

    /// <summary>The copy in memory.</summary>
    public StateContent Content { get; private set; }

    /// <summary>
    /// What releases are judged against: the maximum of the state's and the running image's own root and floor (DESIGN §6). The image's
    /// share is not persisted, so a trial leaves no trace (I08).
    /// </summary>
    public TrustState Effective
    {
        get
        {
            TrustState trust = Content.Trust;
            if (running.RootVersion > trust.RootVersion)
            {
                trust = trust with { Root = running.Root, RootVersion = running.RootVersion, Ratchet = 0 };
            }

            return running.Version > trust.Floor ? trust with { Floor = running.Version } : trust;
        }
    }

    /// <summary>Throws <see cref="Refusal.State"/> unless the device has its own facts and its state may be written.</summary>
    /// <exception cref="RefusedException">Releases are refused until <c>provision</c>.</exception>
    public DeviceRecord RequireDevice()
    {
        RequireWritable();
        return Content.Device ?? throw new RefusedException(Refusal.State, "the device has no facts of its own, provision it");
    }

    /// <summary>Reads both areas and takes the newer whole one. Writes nothing.</summary>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>: the partition is too small.</exception>
    public static TrustStore Open(IBlockDevice device, RunningSystem running)
    {
        ArgumentNullException.ThrowIfNull(device);
        ArgumentNullException.ThrowIfNull(running);
        if (device.Length < StatePartition.MinBytes)
        {
            throw new RefusedException(Refusal.State, $"state partition has {device.Length} bytes, needed {StatePartition.MinBytes}");
        }

        var store = new TrustStore(device, running);
        store.Load();
        return store;
    }

    /// <summary>Changes the copy in memory.</summary>
    public void Change(Func<StateContent, StateContent> change)
    {
        ArgumentNullException.ThrowIfNull(change);
        Content = change(Content);
    }

    /// <summary>
    /// Makes the copy durable: one write to the older area, flush, read back past the cache. Does nothing when it is there already.
    /// </summary>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>: the medium failed, or holds something else than was written.</exception>
    public void Commit()
    {
        RequireWritable();
        byte[] payload = JsonSerializer.SerializeToUtf8Bytes(Content, StateJson.Default.StateContent);
        if (committed is not null && payload.AsSpan().SequenceEqual(committed))
        {
            return;
        }

        byte[] area = StateArea.Encode(sequence + 1, payload);
        if (area.Length > StatePartition.AreaBytes)
        {
            throw new RefusedException(Refusal.State, $"state of {area.Length} bytes is above {StatePartition.AreaBytes}");
        }

        int older = 1 - newest;
        byte[] back = new byte[area.Length];
        try
        {
            device.WriteAt((long)older * StatePartition.AreaBytes, area);
            device.Flush();
            device.ReadDirectAt((long)older * StatePartition.AreaBytes, back);
        }
        catch (IOException e)
        {
            throw new RefusedException(Refusal.State, $"state partition failed: {e.Message}");
        }

        if (!back.AsSpan().SequenceEqual(area))
        {
            throw new RefusedException(Refusal.State, "state partition does not hold what was written");
        }

        committed = payload;
        newest = older;
        whole[older] = true;
        sequence++;
    }

    /// <summary>Writes the other copy anew when it was found damaged: then a single fault loses nothing.</summary>
    /// <returns>True when it was written.</returns>
    /// <exception cref="RefusedException"><see cref="Refusal.State"/>: the medium failed.</exception>
    public bool RestoreCopy()
    {
        if (Condition != StoreCondition.Sound || whole[1 - newest] || !otherDamaged)
        {
            return false;
        }

        committed = null;
        Commit();
        return true;
    }

    private void RequireWritable()
    {
        if (Condition == StoreCondition.NeedsNewerReader)
        {
            throw new RefusedException(Refusal.State, "the state was written by a newer program");
        }
    }

    private void Load()
    {
        (long Sequence, byte[] Payload)?[] areas = [ReadArea(0, out bool firstBlank), ReadArea(1, out bool secondBlank)];
        for (int i = 0; i < whole.Length; i++)
        {
            whole[i] = areas[i] is not null;
        }

        foreach (int index in Enumerable.Range(0, 2).Where(i => areas[i] is not null).OrderByDescending(i => areas[i]!.Value.Sequence))
        {
            (long found, byte[] payload) = areas[index]!.Value;
            StoreCondition? condition = Parse(payload);
            if (condition is not null)
            {
                (Condition, sequence, newest, committed) = (condition.Value, found, index, payload);
                otherDamaged = index == 0 ? !secondBlank : !firstBlank;
                return;
            }
        }

        // Area 0 is written first. With area 1 blank nothing was ever committed: what is broken in area 0 is the very first commit, cut.
        Condition = secondBlank && (firstBlank || areas[0] is null) ? StoreCondition.Fresh : StoreCondition.Rebuilt;
        Content = Content with { TrustRebuilt = Condition == StoreCondition.Rebuilt };
    }

    private (long Sequence, byte[] Payload)? ReadArea(int index, out bool blank)
    {
        try
        {
            byte[] header = new byte[StateArea.HeaderBytes];
            device.ReadAt((long)index * StatePartition.AreaBytes, header);
            blank = !header.AsSpan().ContainsAnyExcept((byte)0);
            if (StateArea.PayloadLength(header) is not { } length)
            {
                return null;
            }

            byte[] area = new byte[StateArea.HeaderBytes + length];
            device.ReadAt((long)index * StatePartition.AreaBytes, area);
            return StateArea.Decode(area);
        }
        catch (IOException)
        {
            blank = false;
            return null;
        }
    }

    // Null: the checksum holds and the JSON does not. Nobody but a broken program of ours can have written that; the other area is taken.
    private StoreCondition? Parse(byte[] payload)
    {
        try
        {
            StateHead? head = JsonSerializer.Deserialize(payload, StateJson.Default.StateHead);
            if (head is null || head.MinReader > StateFormat.Current)
            {
                return head is null ? null : StoreCondition.NeedsNewerReader;
            }

            // A newer program says that this one may read it: what is not known here is dropped, and the next commit says our format.
            bool newer = head.Format > StateFormat.Current;
            if (JsonSerializer.Deserialize(payload, newer ? StateJson.OfNewer.StateContent : StateJson.Default.StateContent) is not { } content
                || content.SiteApprovals.Words.IsDefault) // the generated reader gives a left-out member its type's default, which is no book and cannot be written
            {
                return null;
            }

            Content = newer ? content with { Format = StateFormat.Current, MinReader = StateFormat.MinReader } : content;
            return StoreCondition.Sound;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
