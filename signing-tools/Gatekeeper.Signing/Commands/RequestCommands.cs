using System.CommandLine;
using Gatekeeper.Signing.Ceremony;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Metadata;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>request new</c>, <c>show</c>, <c>sign</c>, <c>merge</c> and <c>finish</c>: a file goes round, and signers never meet.</summary>
internal static class RequestCommands
{
    internal static Command Build(CommandFrame frame) => new("request", "signing requests: one file, X.gks, that goes from signer to signer")
    {
        New(frame), Show(frame), Sign(frame), Merge(frame), Finish(frame), DetachedCommands.ToSign(frame, "request"), DetachedCommands.AddSignature(frame, "request"),
    };

    /// <summary>What a request asks for, who signed and who is missing.</summary>
    internal static Report Show(RequestOnDisk request, string? trusted)
    {
        Report report = InspectCommand.Describe(request).Line(TrustedCopy.Compare(request.Request.Before, trusted));
        if (request.IsSigned)
        {
            report.Line($"all signatures are there: gatekeeper-sign request finish {request.FilePath}");
        }

        return report;
    }

    private static Command New(CommandFrame frame)
    {
        var file = new Argument<string>("file") { Description = "a release, X.gku, or a root, N.root.json, that lacks signatures" };
        var output = new Option<string>("--out") { Description = "the signing request to make, X.gks", Required = true, HelpName = "FILE" };
        var command = new Command("new", "make a request for a release or for a first root; root rotate, key revoke and role threshold make their own") { file, output };
        return frame.Does(command, parse =>
        {
            using SignedFile source = SignedFile.Open(parse.GetRequiredValue(file));
            SigningRequest request = source switch
            {
                ReleaseOnDisk release => SigningRequest.For(release.Signing),
                RootOnDisk root => SigningRequest.For(root.Before, root.File, root.FilePath),
                _ => throw new ToolException(ExitCode.Usage, $"{source.FilePath} is a request already", "copy it, or sign it with request sign"),
            };
            string path = parse.GetRequiredValue(output);
            RequestOnDisk.Create(path, request);
            using var made = new RequestOnDisk(path);
            return Show(made, null);
        });
    }

    private static Command Show(CommandFrame frame)
    {
        var file = new Argument<string>("request") { Description = "the signing request, X.gks" };
        Option<string?> trusted = TrustedRoot();
        var command = new Command("show", "say what is to be signed, who signed and who is missing") { file, trusted };
        return frame.Does(command, parse =>
        {
            using var request = new RequestOnDisk(parse.GetRequiredValue(file));
            return Show(request, parse.GetValue(trusted));
        });
    }

    private static Command Sign(CommandFrame frame)
    {
        var file = new Argument<string>("request") { Description = "the signing request, X.gks" };
        var keys = new Option<string[]>("--key") { Description = "private keys", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "KEY" };
        Option<string?> trusted = TrustedRoot();
        Option<bool> yes = CommandFrame.YesOption();
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var command = new Command("sign", "say what is to be signed, ask, and add signatures") { file, keys, trusted, yes, passphrases };
        return frame.Does(command, parse =>
        {
            using var request = new RequestOnDisk(parse.GetRequiredValue(file));
            string compared = TrustedCopy.Compare(request.Request.Before, parse.GetValue(trusted));
            Consent consent = parse.GetValue(yes) ? Consent.Given : Consent.Ask;
            return SigningFlow.Sign(frame, request, [compared], consent, () => KeyRing.Read(parse.GetRequiredValue(keys), frame.Passphrases(parse, passphrases)));
        });
    }

    private static Command Merge(CommandFrame frame)
    {
        var file = new Argument<string>("request") { Description = "the signing request, X.gks, that gets the signatures" };
        var from = new Option<string[]>("--from") { Description = "copies of it that others signed", Required = true, AllowMultipleArgumentsPerToken = true, HelpName = "FILE" };
        var command = new Command("merge", "put the signatures of several copies of one request together") { file, from };
        return frame.Does(command, parse =>
        {
            using var request = new RequestOnDisk(parse.GetRequiredValue(file));
            foreach (string path in parse.GetRequiredValue(from))
            {
                using var copy = new RequestOnDisk(path);
                SigningRequest.Merge(request.Roles, copy.Roles, path);
            }

            SigningFlow.Save(frame, request);
            return SigningFlow.Answer(request);
        });
    }

    private static Command Finish(CommandFrame frame)
    {
        var file = new Argument<string>("request") { Description = "the signing request, X.gks, with all its signatures" };
        var folder = new Option<string?>("--root-dir") { Description = "for a root: the folder of all roots, where N.root.json is made", HelpName = "DIR" };
        var release = new Option<string?>("--release") { Description = "for a release: the release, X.gku, that gets the signatures", HelpName = "FILE" };
        var command = new Command("finish", "put what everyone signed where it belongs") { file, folder, release };
        return frame.Does(command, parse =>
        {
            using var request = new RequestOnDisk(parse.GetRequiredValue(file));
            if (request.Roles.FirstOrDefault(r => !r.IsComplete) is { } role)
            {
                throw new ToolException(ExitCode.Signatures, $"{request.FilePath} is not signed yet: {role.Words()}", $"gatekeeper-sign request sign {request.FilePath} --key KEY");
            }

            return request.Request.Release is null
                ? FinishRoot(request.Request, parse.GetValue(folder) ?? throw Missing("root", "--root-dir DIR"))
                : FinishRelease(frame, request, parse.GetValue(release) ?? throw Missing("release", "--release X.gku"));
        });
    }

    private static Report FinishRoot(SigningRequest request, string folder)
    {
        string file = RootFolder.PathOf(folder, request.Root!.Root.Version);
        RootChain there = request.Before.Roots.Length == 0 ? RootChain.Empty : RootFolder.ReadBefore(file, request.Root.Root.Version);
        bool follows = there.Roots.Zip(request.Before.Roots).All(p => p.First.Metadata.SignedBytes.AsSpan().SequenceEqual(p.Second.Metadata.SignedBytes.AsSpan()));
        if (!follows)
        {
            throw new ToolException(ExitCode.Input, $"{folder} holds other roots than those this root follows", "give the folder that the request was made from; if another root was made meanwhile, begin anew");
        }

        if (File.Exists(file))
        {
            // A first root lies there unsigned until its request comes back; anything else of that name is left alone.
            using var unsigned = new RootOnDisk(file);
            if (unsigned.IsSigned)
            {
                OutputFile.ExpectNew(file);
            }

            SigningRequest.Merge(request.Roles, unsigned.Roles, file);
        }

        byte[] bytes = request.Roles[0].Encode();
        DeviceWalk.ExpectTaken([.. there.Files, bytes]);
        OutputFile.MakeFolderOf(file);
        OutputFile.Replace(file, output => output.Write(bytes));
        return new Report()
            .Line($"{file}: root {request.Root.Root.Version}, signed; every release from now on carries it")
            .Line($"to spread it without a release: gatekeeper-sign root export --root-dir {folder} --out roots-{request.Root.Root.Version}.gkr")
            .Fact("root", file)
            .Fact("root_version", request.Root.Root.Version)
            .Expires([($"root {request.Root.Root.Version}", request.Root.Root.Expires)]);
    }

    private static Report FinishRelease(CommandFrame frame, RequestOnDisk request, string path)
    {
        using var release = new ReleaseOnDisk(path);
        SigningRequest.Merge(release.Roles, request.Roles, path);
        SigningFlow.Save(frame, release);
        return SigningFlow.Answer(release);
    }

    private static Option<string?> TrustedRoot() => new("--trusted-root") { Description = "your own copy of a root, N.root.json: the request's roots must lead from it", HelpName = "FILE" };

    private static ToolException Missing(string what, string option) => new(ExitCode.Usage, $"the request is for a {what}: where does it go", $"give {option}");
}
