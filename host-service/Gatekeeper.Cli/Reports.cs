using System.Globalization;
using System.Text;
using Gatekeeper.Release.Permits;
using Gatekeeper.Update.Control;
using Gatekeeper.Update.Status;

namespace Gatekeeper.Cli;

/// <summary>Answers in words. The layout may change between versions; scripts use <c>--json</c>.</summary>
public static class Reports
{
    /// <summary>The status, one fact a line.</summary>
    public static string Status(DeviceReport report)
    {
        var text = new StringBuilder();
        Row(text, "device", report.DeviceId is null ? "not provisioned" : $"{report.Hardware}, id {report.DeviceId}");
        Row(text, "running", $"{report.Product} {report.Running}, set {report.Set ?? "unknown"}{(report.Trial ? ", on trial" : ", kept")}");
        Row(text, "floor", $"{report.Floor}, root {report.RootVersion.ToString(CultureInfo.InvariantCulture)}");
        Row(text, "now", report.State + (report.PhasePercent is { } percent ? string.Create(CultureInfo.InvariantCulture, $" {percent} %") : ""));
        if (report.Ask is { } ask)
        {
            string what = ask.Kind == AskKind.Button ? "a press of the button" : ask.WaitSeconds > 0 ? string.Create(CultureInfo.InvariantCulture, $"a PIN, in {ask.WaitSeconds} s") : "a PIN";
            Row(text, "asks for", what);
        }

        Row(text, "in use", $"{(report.InUse ? "yes" : "no")}, lease {report.Lease}{(report.LeaseOverruled ? ", overruled in service mode" : "")}");
        Row(text, "trust state", $"{report.Trust}, {report.Anchor}");
        Row(text, "ports", report.Unprotected.IsEmpty ? "protected" : "UNPROTECTED");
        foreach (string reason in report.Unprotected)
        {
            Row(text, "", reason);
        }

        if (report.ServiceMinutes is { } minutes)
        {
            Row(text, "service mode", string.Create(CultureInfo.InvariantCulture, $"on, ends by itself within {minutes} min"));
        }

        if (report.Site is { } site)
        {
            Row(text, "approvals", $"needed, of {site}");
        }

        if (report.Challenge is { } challenge)
        {
            Row(text, "challenge", challenge);
        }

        foreach (PermittedPeripheral peripheral in report.Peripherals)
        {
            Row(text, "permitted", $"{peripheral.Port}, device {peripheral.Digest}");
        }

        if (report.Message is { } message)
        {
            Row(text, "message", message);
        }

        return text.ToString().TrimEnd('\n');
    }

    /// <summary>One slot set on one line.</summary>
    public static string Slot(SlotReport slot)
    {
        string place = slot.BootPosition is { } position ? string.Create(CultureInfo.InvariantCulture, $"boot order {position}") : "not in the boot order";
        return $"{slot.Set}  {slot.Version ?? "-",-11} {slot.State,-10} {place}{(slot.Running ? ", running" : "")}";
    }

    /// <summary>One audit record on one line.</summary>
    public static string Line(LogLine line)
    {
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{line.Seq,6}  boot {line.Boot}  +{line.UptimeMs / 1000.0:0.000}s  {line.Event,-14} {line.Code ?? "-",-5} {line.Port ?? "-",-10} {(line.Text is null ? line.Detail : $"{line.Text} ({line.Detail})")}");
    }

    /// <summary>The chain's verdict.</summary>
    public static string Verdict(LogVerdict verdict)
    {
        string span = string.Create(CultureInfo.InvariantCulture, $"records {verdict.First} to {verdict.Last}, head {verdict.Head}");
        return verdict.Whole ? $"whole: {span}" : $"BROKEN: {verdict.Problem}; {span}";
    }

    /// <summary>One finding of the doctor.</summary>
    public static string Finding(Finding finding)
    {
        return finding.Good ? $"good   {finding.Area}: {finding.Text}" : $"MEND   {finding.Area}: {finding.Text}\n       {finding.Mend}";
    }

    private static void Row(StringBuilder text, string name, string value)
    {
        text.Append(CultureInfo.InvariantCulture, $"{name,-12} {value}\n");
    }
}
