using System.Diagnostics;
using Gatekeeper.Linux.Storage;
using Gatekeeper.Release;
using Gatekeeper.Update;

namespace Gatekeeper.InstallBench;

/// <summary>
/// One install by the product's own verifier, installer, trust state, audit log and block devices. In place of the machine stand a file for
/// the state partition, a fixed boot record and a device that is never in use.
/// </summary>
internal static class Install
{
    private static readonly ReleaseVersion Running = new(1, 0, 0);

    /// <summary>Installs and takes the time.</summary>
    /// <exception cref="RefusedException">The release is refused, or its file or a slot fails.</exception>
    /// <exception cref="IOException">A file or a device cannot be opened.</exception>
    public static Figures Run(Arguments arguments)
    {
        byte[] root = File.ReadAllBytes(arguments.Root);
        TrustState initial = Verifier.InitialTrust(root);
        var running = new RunningSystem(SlotSet.A, Running, [.. root], initial.RootVersion, Guid.NewGuid());
        using LinuxBlockDevice state = NewFile(arguments.State, StatePartition.MinBytes);
        TrustStore trust = TrustStore.Open(state, running);
        AuditLog audit = AuditLog.Open(state, running.BootId, new Clock());
        trust.Change(c => c with { Device = new DeviceRecord { Id = "bench", Model = "PM200", HardwareRevision = "C", Keys = [], SiteRoot = null } });
        trust.Commit();

        List<LinuxBlockDevice> opened = [];
        try
        {
            var slots = new SlotDevices((set, part) =>
            {
                LinuxBlockDevice device = Open(arguments, set, part);
                opened.Add(device);
                return device;
            });
            var installer = new Installer(slots, new FixedBoot(), trust, audit, running, new NeverInUse());
            if (arguments.RunningSystem is not null)
            {
                installer.AdoptRunning(); // its record, which a device has from its own last install
            }

            return Measure(arguments, installer, trust);
        }
        finally
        {
            opened.ForEach(device => device.Dispose());
        }
    }

    private static Figures Measure(Arguments arguments, Installer installer, TrustStore trust)
    {
        var time = Stopwatch.StartNew();
        using var source = new FileSource(arguments.Release);
        ReleaseHead head = GkuReader.ReadHead(source);
        VerifiedRelease release = Verifier.Accept(head, Verifier.UpdateRoots(head, trust.Effective).Trust, new DeviceFacts("PM200", "PM200-C", Running, null, 0, false));
        long verified = time.ElapsedMilliseconds;
        long begun = 0;
        long durable = 0;
        installer.Install(release, source, progress =>
        {
            // The first report of a phase comes after its first step: good enough beside phases of many.
            begun = begun == 0 && progress.Phase != InstallPhase.CheckingRunning ? time.ElapsedMilliseconds : begun;
            durable = durable == 0 && progress.Phase == InstallPhase.ReadingBack ? time.ElapsedMilliseconds : durable;
        });
        long done = time.ElapsedMilliseconds;
        return new Figures(verified, begun, durable, done, source.BytesRead, Environment.CpuUsage.TotalTime.TotalMilliseconds, Figures.OfStatus("VmHWM"), Figures.OfStatus("RssAnon"));
    }

    private static LinuxBlockDevice Open(Arguments arguments, SlotSet set, SlotPart part)
    {
        string? path = (set, part) switch
        {
            (SlotSet.B, SlotPart.Efi) => arguments.Efi,
            (SlotSet.B, SlotPart.System) => arguments.System,
            (_, SlotPart.Efi) => arguments.RunningEfi,
            _ => arguments.RunningSystem,
        };
        return path is null ? NewFile($"{arguments.State}.running-{part.Name()}", 1L << 20) : LinuxBlockDevice.Open(path, writable: true);
    }

    private static LinuxBlockDevice NewFile(string path, long length)
    {
        using (FileStream file = new(path, FileMode.Create))
        {
            file.SetLength(length);
        }

        return LinuxBlockDevice.Open(path, writable: true);
    }

    private sealed class NeverInUse : IInUse
    {
        public bool InUse => false;
    }

    private sealed class Clock : IAuditClock
    {
        public long UptimeMs => Environment.TickCount64;

        public long WallSeconds => DateTimeOffset.UtcNow.ToUnixTimeSeconds();
    }
}
