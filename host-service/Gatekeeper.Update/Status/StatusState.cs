using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gatekeeper.Update.Status;

/// <summary>What the device is doing about an update. On the socket in snake case: <c>self_test</c>, <c>fell_back</c>.</summary>
[JsonConverter(typeof(StatusStateConverter))]
public enum StatusState
{
    /// <summary>Nothing to say.</summary>
    Idle,

    /// <summary>A verified release was found.</summary>
    Found,

    /// <summary>A verified release waits because the device is in use. Never drawn (I15).</summary>
    Waiting,

    /// <summary>The release is copied from the stick to the device's own disk.</summary>
    Copying,

    /// <summary>The copy or the slots are checked.</summary>
    Checking,

    /// <summary>The idle slot set is written and read back.</summary>
    Installing,

    /// <summary>The device is about to restart.</summary>
    Restarting,

    /// <summary>The new system runs on trial.</summary>
    SelfTest,

    /// <summary>The new system was confirmed.</summary>
    Done,

    /// <summary>The trial failed; the old system runs again.</summary>
    FellBack,

    /// <summary>A release was refused with a plain sentence (class (c) of I09), or the device's own state stands in the way.</summary>
    Refused,

    /// <summary>Signed facts were taken over from a stick that brings no release for this device: roots, an approval, a permit.</summary>
    Taken,
}

/// <summary>Reads and writes <see cref="StatusState"/> by name only: a number is not a state.</summary>
internal sealed class StatusStateConverter() : JsonStringEnumConverter<StatusState>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
