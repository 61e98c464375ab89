namespace Gatekeeper.Crash.Tests;

/// <summary>Flushes and orders that no crash state misses, and why they are there all the same.</summary>
internal static class Superfluous
{
    private const string EarlyLine = "a line of the log may come earlier: I13 wants it before its effect, and it still is";
    private const string OneCopy = "one copy of the anchor is enough after a cut, and the next flush of the partition brings it; the second is for a sector that goes bad later";
    private const string HeadIsLast = "the first sector is destroyed first and written last either way; on record it is whole only after the flushes of the head, on the same partition";
    private const string ReadBack = "the head's flushes come later on the same partition; this one is there so that reading back asks the medium";

    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
        ["before “Boot0100 written”: “Boot0101 written”"] = "both entries are there before BootOrder names one",
        ["before “BootOrder written”: “audit provisioned”"] = EarlyLine,
        ["before “anchor copy 1”: “anchor copy 2”"] = "they are equal",
        ["before “anchor copy 2”: “audit line”"] = OneCopy,
        ["before “anchor copy 2”: “audit provision”"] = OneCopy,
        ["before “audit log-new-chain”: “anchor copy 1”"] = "the log was lost before and still is: service mode starts the chain again. At a first start the same order is missed",
        ["before “commit (a -, b -, trial -)”: “Boot0100 written”"] = "an entry that BootOrder does not name starts nothing",
        ["before “commit (a Complete, b Kept, trial -)”: “audit try”"] = EarlyLine,
        ["before “commit (a Kept, b Complete, trial -)”: “audit install”"] = EarlyLine,
        ["before “commit (a Kept, b Complete, trial -)”: “audit try”"] = EarlyLine,
        ["before “commit (a Kept, b Complete, trial -)”: “name of the stage taken away”"] = "a cut between costs a second walk with the stick; the code keeps the stage until the set is on record",
        ["before “commit (a Kept, b Kept, trial -)”: “audit kept”"] = EarlyLine,
        ["before “commit (a Kept, b Unbootable, trial -)”: “BootOrder written”"] = "the set that leaves the order is lost already; in an install the same order is missed",
        ["before “commit (a Kept, b Unbootable, trial -)”: “efi: first sector destroyed”"] = "set b was blank and in no boot order; with a set in the order it is missed",
        ["before “efi: body”: “efi: rest of the head”"] = HeadIsLast,
        ["before “efi: first sector”: “audit written”"] = EarlyLine,
        ["before “efi: rest of the head destroyed”: “system: body”"] = HeadIsLast,
        ["before “name of the stage given”: “audit staged”"] = EarlyLine,
        ["before “name of the stage taken away”: “audit try”"] = EarlyLine,
        ["before “system: body”: “efi: body”"] = "neither is read before both were read back",
        ["no flush after: anchor copy 1"] = OneCopy,
        ["no flush after: anchor copy 2"] = OneCopy,
        ["no flush after: efi: body"] = ReadBack,
        ["no flush after: efi: rest of the head destroyed"] = HeadIsLast,
        ["written after its flush: anchor copy 1"] = OneCopy,
        ["written after its flush: anchor copy 2"] = OneCopy,
        ["written after its flush: efi: body"] = ReadBack,
        ["written after its flush: efi: rest of the head destroyed"] = HeadIsLast,
        ["written after its flush: name of the stage taken away"] = "a stage that comes back is verified like any other",
    };
}
