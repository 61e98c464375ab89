using System.Collections.Immutable;
using System.Globalization;
using Gatekeeper.Linux.Indicator;
using Gatekeeper.Linux.Processes;
using Gatekeeper.Release;
using Gatekeeper.Service.Status;
using Gatekeeper.Update;
using Gatekeeper.Update.Control;

namespace Gatekeeper.Service.Control;

/// <summary>Looks at the whole machine and says what to mend. Changes nothing.</summary>
internal sealed class Doctor(Device device, StatusServer status, Installer installer, FallBackCheck fallBack)
{
    private const int WrittenIn = 2026; // a clock that is before this program is wrong

    private readonly ImmutableArray<Finding>.Builder findings = ImmutableArray.CreateBuilder<Finding>();

    /// <summary>Every finding, good ones too.</summary>
    internal ImmutableArray<Finding> Look()
    {
        Ports();
        TrustState();
        Site();
        AuditLog();
        BootRecord();
        Slots();
        Stage();
        Clock();
        Watchdog();
        ServiceKey();
        Confirmation();
        Indicator();
        Lease();
        ControlGroups();
        return findings.ToImmutable();
    }

    private void Ports()
    {
        ImmutableArray<string> unprotected = status.Status.Unprotected;
        Add("ports", unprotected.IsEmpty, unprotected.IsEmpty ? "protected" : string.Join("; ", unprotected), "use the reference kernel, and start gatekeeperd before anything is plugged");
    }

    private void TrustState()
    {
        string word = ControlReports.TrustWord(device.Trust);
        Add("trust state", word == "good", word, word switch
        {
            "not provisioned" => "run gatekeeper provision --device device.json",
            "of a newer version" => "start the newer version again: plug a stick with it, or choose its boot entry",
            _ => "enter service mode and run gatekeeper provision again with this device's device.json",
        });
        if (device.Trust.Content.Device is not null)
        {
            int copies = device.Trust.WholeCopies;
            Add("state copies", copies == 2, copies == 2 ? "both whole" : "one of two is lost", "nothing now: the next change writes it anew; when it is lost again, replace the medium of the state partition");
        }
    }

    private void Site()
    {
        StateContent content = device.Trust.Content;
        if (ControlReports.SiteName(content) is { } name)
        {
            string decisions = string.Create(CultureInfo.InvariantCulture, $"{content.SiteApprovals.Words.Length} decisions kept");
            Add("approvals", name != ControlReports.Unreadable, $"releases need the approval of {name}, {decisions}", "ask the manufacturer for a permit for the site root");
        }
    }

    private void AuditLog()
    {
        try
        {
            AuditCheck check = device.Audit.Verify();
            bool good = check.Whole && !device.Audit.Broken;
            Add("audit log", good, good ? $"records {check.First} to {check.Last}, chain whole" : $"chain broken at record {check.BrokenAt}", "keep the state partition as evidence, then start a new chain in service mode");
        }
        catch (IOException e)
        {
            Add("audit log", false, e.Message, "replace the medium of the state partition");
        }
    }

    private void BootRecord()
    {
        try
        {
            BootState boot = device.Boot.State();
            bool good = boot.Unprotected.IsEmpty && boot.Running is not null && boot.Running == device.Running.Set;
            string text = good ? $"set {boot.Running!.Value.Letter()} runs, set {boot.Kept?.Letter() ?? "none"} is kept" : string.Join("; ", boot.Unprotected.DefaultIfEmpty("the boot record and the mounted system image name different sets"));
            Add("boot record", good, text, "remove foreign boot entries in the firmware's setup, or run gatekeeper provision again");
            Add("variable store", device.Boot.HasSpace(), device.Boot.HasSpace() ? "has room" : "is full", "remove what other systems left in the firmware's variable store");
        }
        catch (RefusedException refused)
        {
            Add("boot record", false, refused.Detail, "check that the firmware is UEFI and its variables can be reached");
        }
    }

    private void Slots()
    {
        foreach (SlotSet set in SlotNames.Sets)
        {
            SetRecord? record = device.Trust.Content.Set(set);
            bool running = device.Running.Set == set;
            string state = record is null ? "empty" : $"{record.State.ToString().ToLowerInvariant()}, version {record.Version}";

            // An empty idle set is how a device leaves the factory; a half-written one is what the next install replaces.
            bool good = record is not { State: SetState.Unbootable } && (record is not null || !running);
            if (good && record is not null && installer.IsWhole(set) is { } whole)
            {
                good = whole;
                state += whole ? "" : ", does not hold what was written";
                if (!running)
                {
                    CountAsCheck(record, whole);
                }
            }

            Add($"set {set.Letter()}", good, running ? $"{state}, running" : state, running
                ? "plug a stick with a release for this device: it is written to the other set"
                : "plug the stick with the release that runs: it repairs this set");
        }
    }

    // The idle set was read whole. A log that cannot be written has a finding of its own.
    private void CountAsCheck(SetRecord record, bool whole)
    {
        try
        {
            fallBack.Found(record, whole);
        }
        catch (RefusedException refused) when (refused.Code == Refusal.AuditLog)
        {
        }
    }

    // What a release of the running one's size needs on the data partition.
    private void Stage()
    {
        long free = DeviceOpener.Stage().FreeBytes;
        long wanted = device.Running.Set is { } set ? device.Trust.Content.Set(set)?.Parts.Sum(p => p.ImageSize) ?? 0 : 0;
        string? condition = DeviceOpener.DataCondition();
        bool good = condition is null && free - Limits.StageReserveBytes >= wanted;
        Add("stage", good, condition ?? string.Create(CultureInfo.InvariantCulture, $"{free >> 20} MiB free on the data partition"),
            "free space on it, or replace its medium; until then an update is read from the stick, which has to stay in until the restart");
    }

    // Nothing needs a correct clock. It is named, because a wrong one explains what the log says.
    private void Clock()
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        bool good = now.ToUnixTimeSeconds() >= device.Trust.Effective.Ratchet && now.Year >= WrittenIn;
        Add("clock", good, string.Create(CultureInfo.InvariantCulture, $"{now:yyyy-MM-dd HH:mm} UTC{(good ? "" : ", before the newest confirmed release was signed")}"),
            "set it, or leave it: updates do not depend on it, only the times in the log do");
    }

    private void Watchdog()
    {
        bool there = File.Exists("/dev/watchdog");
        Add("watchdog", there, there ? "there" : "no hardware watchdog", "a new version that hangs is not restarted by itself: enable the watchdog in the firmware or the kernel");
    }

    private void ServiceKey()
    {
        // Only what is configured can be missing: a device without a key simply has no service mode.
        if (device.Policy.ServiceMode.Keys is { IsEmpty: false } keys)
        {
            IReadOnlyList<string> there = BoardKeys.There(keys.Select(k => k.Device));
            Add("service key", there.Count > 0, there.Count > 0 ? string.Join(", ", there) : "none of the policy's keys is there", "nobody can enter service mode: correct service_mode.keys in the image's policy.json");
        }
    }

    // Like the service key: what the policy does not ask for cannot be missing.
    private void Confirmation()
    {
        if (device.Policy.Confirm.IsWanted)
        {
            IReadOnlyList<string> there = BoardKeys.There(device.Policy.Confirm.Used().Select(k => k.Device));
            string text = there.Count > 0 ? $"{device.Policy.Confirm.Kind} on {string.Join(", ", there)}" : "none of the policy's keys is there";
            Add("confirmation", there.Count > 0, text, "no update can be installed: correct confirm.keys in the image's policy.json, or mend the keyboard");
        }

        if (device.Policy.Confirm.ByPin)
        {
            int people = device.Trust.Content.People?.List.Length ?? 0;
            int wrong = device.Trust.Content.People?.Wrong ?? 0;
            Add("people", people > 0, string.Create(CultureInfo.InvariantCulture, $"{people} of {Limits.MaxPeople} have a PIN, {wrong} wrong since the last right one"),
                "no update can be installed: enter service mode and run gatekeeper person add NAME");
        }
    }

    private void Indicator()
    {
        if (device.Policy.Indicator.Led is { } led)
        {
            bool there = Led.Find(led) is not null;
            Add("lamp", there, there ? led : $"{led} is not there", "updates go on without it: correct indicator.led in the image's policy.json, or mend the lamp");
        }

        if (device.Policy.Indicator.Beeper is { } beeper)
        {
            bool there = Beeper.Find(beeper) is not null;
            Add("beeper", there, there ? beeper : $"{beeper} is not there", "updates go on without it: correct indicator.beeper in the image's policy.json, or mend the beeper");
        }
    }

    private void Lease()
    {
        (LeaseHolder holder, bool overruled) = status.Lease;
        bool good = holder is LeaseHolder.Held or LeaseHolder.Given;
        string text = good ? $"{ControlReports.LeaseWord(holder)} by the device's program" : ControlReports.LeaseWord(holder);
        Add("in-use lease", good, overruled ? $"{text}, overruled by the person in service mode" : text,
            "the device counts as in use, so a release waits: start the device's program, which holds the lease as user lease.uid of policy.json; or enter service mode, if you see that nobody uses the device");
    }

    private void ControlGroups()
    {
        string? missing = ControlGroup.Own.Missing();
        Add("control groups", missing is null, missing ?? ControlGroup.Own.Describe(),
            "an update may slow the device's program down: start gatekeeperd in a control group with memory.max and pids.max and a group 'sticks' beside it");
    }

    private void Add(string area, bool good, string text, string mend) => findings.Add(new Finding(area, good, text, good ? null : mend));
}
