namespace Gatekeeper.Signing;

/// <summary>A command ends here: what is wrong, the next step, and the exit code. Both texts are lower case without a full stop.</summary>
/// <param name="code">The exit code.</param>
/// <param name="error">The fact, for the <c>error:</c> line.</param>
/// <param name="hint">The next step, for the <c>hint:</c> line.</param>
public sealed class ToolException(ExitCode code, string error, string hint) : Exception(error)
{
    /// <summary>The exit code.</summary>
    public ExitCode Code { get; } = code;

    /// <summary>With <see cref="ExitCode.Refused"/>: the code a technician would read out, such as <c>R-07</c>; else null.</summary>
    public string? RefusalCode { get; init; }

    /// <summary>The next step.</summary>
    public string Hint { get; } = hint;
}
