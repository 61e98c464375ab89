using System.Globalization;
using Gatekeeper.Release;

namespace Gatekeeper.Signing.Metadata;

/// <summary>What a release is, for people who are about to vouch for it.</summary>
internal static class ReleaseWords
{
    internal static IReadOnlyList<string> Of(ReleaseSigning release)
    {
        ReleaseDocument document = release.Document;
        var lines = new List<string>
        {
            $"release {document.Product} {document.Version} ({document.Channel})",
            $"  digest         {release.Digest}",
            $"  for hardware   {string.Join(", ", document.Hardware)}",
            $"  replaces       {document.ReplacesFrom} and later",
            $"  signed at      {TufTime.Format(document.SignedAt)}",
            $"  targets        version {release.TargetsMetadata.Version}, expires {TufTime.Format(release.TargetsMetadata.Expires)}",
            $"  snapshot       version {release.SnapshotMetadata.Version}, expires {TufTime.Format(release.SnapshotMetadata.Expires)}",
            $"  timestamp      version {release.TimestampMetadata.Version}, expires {TufTime.Format(release.TimestampMetadata.Expires)}",
            $"  root           version {release.Roots.Newest.Root.Version}, expires {TufTime.Format(release.Roots.Newest.Root.Expires)}",
        };
        foreach (ReleasePayload payload in document.Payloads)
        {
            long stored = document.Entries.First(e => e.Name == GkuNames.Payload(payload.Part)).Length;
            lines.Add($"  part           {payload.Part}, image of {payload.ImageSize} bytes, {stored} stored");
        }

        lines.Add(string.Create(CultureInfo.InvariantCulture, $"  size           {document.Entries.Sum(e => e.Length)} bytes beside the metadata"));
        lines.AddRange(document.Notes.Select(n => $"  notes          {KeyNames.Printable(n)}"));

        // Whoever signs targets vouches for everything in them.
        lines.AddRange(release.TargetsMetadata.Targets.Keys.Where(t => t != release.DocumentPath).Order(StringComparer.Ordinal)
            .Select(t => $"  also targets   {KeyNames.Printable(t)}, SHA-256 {release.TargetsMetadata.Targets[t].Sha256}"));
        return lines;
    }
}
