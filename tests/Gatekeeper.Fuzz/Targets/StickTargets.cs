using System.Buffers.Binary;
using Gatekeeper.PortGate;
using Gatekeeper.PortGate.Tests;
using Gatekeeper.Release;
using Gatekeeper.Stick.Boundary;
using Gatekeeper.Stick.FileSystems;
using Gatekeeper.Stick.Tests.FileSystems.Images;
using Gatekeeper.Stick.Transport;

namespace Gatekeeper.Fuzz;

/// <summary>The parsers of what a device, a stick, a child process or a local program says.</summary>
internal static class StickTargets
{
    public static IEnumerable<FuzzTarget> All =>
    [
        new("descriptors", DescriptorCorpus, RunDescriptors) { MaxAllocated = 32L * Limits.MaxDescriptorBytes },
        new("hid-report", HidCorpus, RunHid),
        Disk("fat12", () => Fat(12)),
        Disk("fat16", () => Fat(16)),
        Disk("fat32", () => Fat(32)),
        Disk("exfat", ExFat),
        Disk("gpt", PartitionedDisk.Gpt),
        Disk("mbr", PartitionedDisk.Mbr),
        new("scsi", ScriptPipe.Corpus, RunScsi) { Cost = 5, MaxAllocated = 4L * Limits.TransferBytesSuperSpeed },
        new("walker-says", WalkerCorpus, RunWalker),
        new("pump-says", PumpCorpus, RunPump) { MaxAllocated = 4L * Limits.BoundaryReadBytes },
    ];

    private static List<byte[]> DescriptorCorpus() =>
    [
        Descriptors.Stick(),
        Descriptors.Keyboard(),
        Descriptors.Device(Descriptors.Configuration(1, 2, Descriptors.Keys(0), Descriptors.Alternate(1, 0, 8, 6, 0x50, Descriptors.Bulk(0x81), Descriptors.Bulk(2)))),
        Descriptors.Device(Descriptors.Configuration(1, 1, Descriptors.Alternate(0, 0, 8, 6, 0x50, Descriptors.Bulk(0x81), Descriptors.Companion, Descriptors.Bulk(2)), Descriptors.Alternate(0, 1, 8, 6, 0x62, Descriptors.Bulk(0x83), Descriptors.Bulk(4)))),
        Descriptors.DeviceOf(9, Descriptors.Configuration(1, 1, Descriptors.Alternate(0, 0, 9, 0, 0, Descriptors.Interrupt(0x81)))),
    ];

    private static void RunDescriptors(byte[] input)
    {
        // The judge turns every malformed descriptor into a verdict, so it may throw nothing.
        PortVerdict verdict = PortJudge.Judge(Descriptors.Snapshot(input), PortRules.None);
        if (verdict is PortVerdict.Denied denied)
        {
            throw new RefusedException(denied.Code, denied.Detail);
        }
    }

    // A report descriptor, and one report behind it: its last bytes.
    private static List<byte[]> HidCorpus() =>
    [
        Convert.FromHexString("05010906A101050719E029E71500250175019508810295017508810195057501050819012905910295017503910195067508150025650507190029658100C0" + "00001E0000000000"),
        Convert.FromHexString("050C0901A101850175019508810285020507150025010507" + "19E029E7750195088102" + "19002965750895038100C0" + "02001E0000000000"),
    ];

    private static void RunHid(byte[] input)
    {
        int split = Math.Max(0, input.Length - 8);
        if (HidKeyLayout.Find(input.AsSpan(0, split)) is not { } layout)
        {
            throw new RefusedException(Refusal.DeviceNotAllowed, "no keypad");
        }

        if (layout.FirstByte + layout.Count > Limits.MaxHidReportBytes || layout.Count < 1 || layout.FirstByte < (layout.ReportId is null ? 0 : 1))
        {
            throw new InvalidOperationException($"{layout} is no place in a report");
        }

        if (layout.Down(input.AsSpan(split)) is null)
        {
            throw new RefusedException(Refusal.DeviceChanged, "a report that says nothing");
        }
    }

    private static FuzzTarget Disk(string name, Func<SlicedDisk> make)
    {
        var disk = new Lazy<SlicedDisk>(make);
        return new FuzzTarget(name, () => disk.Value.Corpus, input => disk.Value.Walk(input))
        {
            Cost = 5,

            // The cache twice, and a name for each entry or a place for each extent.
            MaxAllocated = (2L * Limits.MaxWalkLines * Limits.WalkLineBytes) + (128L * Limits.MaxDirectoryEntries),
        };
    }

    private static SlicedDisk Fat(int kind)
    {
        FatImage image = FatImage.Of(kind);
        return new SlicedDisk(image.Bytes, [(0, 1024), (image.TableOffset, 512), (image.RootOffset, 1024)], _ => { });
    }

    private static SlicedDisk ExFat()
    {
        ExFatImage image = ExFatImage.Of();
        return new SlicedDisk(image.Bytes, [(0, 6144), (image.TableOffset, 512), (image.ClusterOffset(image.RootCluster), 1024)], SealExFat);
    }

    // exFAT 1.00 §3.4: sector 11 of a boot region repeats the checksum of the eleven before it, without VolumeFlags and PercentInUse.
    private static void SealExFat(byte[] bytes)
    {
        uint sum = 0;
        for (int i = 0; i < 11 * 512; i++)
        {
            if (i is not (106 or 107 or 112))
            {
                sum = unchecked(uint.RotateRight(sum, 1) + bytes[i]);
            }
        }

        for (int i = 11 * 512; i < 12 * 512; i += 4)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(i), sum);
        }
    }

    private static void RunScsi(byte[] input)
    {
        var pipe = new ScriptPipe(input);
        ScsiReader reader = ScsiReader.Open(new BulkOnlyTransport(pipe, pipe), pipe, UsbSpeed.High);
        byte[] buffer = new byte[reader.SectorSize * 8];
        for (int i = 0; i < 4; i++)
        {
            reader.Read(Math.Max(0, reader.SectorCount - 8 - i), buffer.AsSpan(0, (int)Math.Min(8, reader.SectorCount) * reader.SectorSize));
        }
    }

    private static List<byte[]> WalkerCorpus()
    {
        FatImage image = FatImage.Of(12);
        var files = StickWalker.Find(image.Stick);
        return
        [
            ScriptChannel.Message(MessageType.Files, 0, FilesMessage.Write(files)),
            [.. ScriptChannel.Message(MessageType.Read, 1, new ReadMessage(0, 1).Write()), .. ScriptChannel.Message(MessageType.Files, 0, FilesMessage.Write(files))],
            ScriptChannel.Message(MessageType.Refused, 0, RefusedMessage.Write(new RefusedException(Refusal.NoFileSystem, "nothing here"))),
        ];
    }

    private static void RunWalker(byte[] input)
    {
        MemoryStick stick = new(new byte[1024 * 1024]);
        SlicedDisk.CheckFiles(WalkerClient.Find(new ScriptChannel(input), stick), stick.SectorCount * 512);
    }

    private static List<byte[]> PumpCorpus()
    {
        byte[] ready = ScriptChannel.Message(MessageType.Ready, 0, new GeometryMessage(512, 1000).Write());
        return [ready, [.. ready, .. ScriptChannel.Message(MessageType.Data, 1, new byte[4096]), .. ScriptChannel.Message(MessageType.Data, 2, new byte[512])]];
    }

    private static void RunPump(byte[] input)
    {
        PumpClient pump = PumpClient.Open(new ScriptChannel(input), new OpenMessage(0, 0, 0x81, 2, UsbSpeed.High), new ScriptPipe([]));
        byte[] buffer = new byte[8 * pump.SectorSize];
        pump.Read(0, buffer.AsSpan(0, (int)Math.Min(8, pump.SectorCount) * pump.SectorSize));
        pump.Read(0, buffer.AsSpan(0, pump.SectorSize));
    }
}
