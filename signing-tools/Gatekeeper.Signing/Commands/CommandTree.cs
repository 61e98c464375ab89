using System.CommandLine;

namespace Gatekeeper.Signing.Commands;

/// <summary>The commands of <c>gatekeeper-sign</c>.</summary>
internal static class CommandTree
{
    private const string About =
        """
        Makes, signs and checks releases for devices behind Gatekeeper.

        No command uses the network. Every time in a file is an argument, and the same inputs give the same bytes;
        the clock serves for warnings of what expires soon, and for nothing else (--now, --warn-days).
        Passphrases come from --passphrase-file, from GATEKEEPER_PASSPHRASE or from a prompt, never from the command line.
        A key is a file or a pkcs11: URI (RFC 7512); PINs come from pin-source in it, --pin-file, GATEKEEPER_PIN or a prompt.

        Exit codes:
          0  done
          1  a mistake in gatekeeper-sign itself
          2  the command line is wrong
          3  a device would refuse the file
          4  an input file is missing, unreadable or not what its option asks for
          5  no passphrase or PIN, or the wrong one
          6  signatures are missing, or a key belongs to no role
          7  the output exists, cannot be written or may not be overwritten
          8  a token or its module is missing, was taken away, or cannot do what is asked
          9  a key that signs a limited number of times does not sign now
         10  check found something that expires soon, or rehearse a device that would be cut off
        """;

    /// <summary>Builds the tree around one console.</summary>
    internal static RootCommand Build(ToolConsole console)
    {
        var root = new RootCommand(About);
        var frame = new CommandFrame(console, root);
        root.Subcommands.Add(KeyCommands.Build(frame));
        root.Subcommands.Add(RootCommands.Build(frame));
        root.Subcommands.Add(RootChangeCommands.BuildRole(frame));
        root.Subcommands.Add(RequestCommands.Build(frame));
        root.Subcommands.Add(CheckCommand.Build(frame));
        root.Subcommands.Add(RehearseCommand.Build(frame));
        root.Subcommands.Add(ReleaseCommands.Build(frame));
        root.Subcommands.Add(RepositoryCommands.Build(frame));
        root.Subcommands.Add(PermitCommands.Build(frame));
        root.Subcommands.Add(SiteCommands.Build(frame));
        root.Subcommands.Add(ApprovalCommands.Approve(frame));
        root.Subcommands.Add(ApprovalCommands.Withdraw(frame));
        root.Subcommands.Add(InspectCommand.Build(frame));
        root.Subcommands.Add(VerifyCommand.Build(frame));
        root.Subcommands.Add(StickCommands.Build(frame));
        return root;
    }
}
