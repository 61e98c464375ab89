using System.CommandLine;
using System.Text;
using Gatekeeper.Release;
using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Keys.Lms;
using Gatekeeper.Signing.Keys.Tokens;

namespace Gatekeeper.Signing.Commands;

/// <summary><c>key new</c>, in a file or in a token; the other <c>key</c> commands are in <see cref="KeyViewCommands"/> and <see cref="RootChangeCommands"/>.</summary>
internal static class KeyCommands
{
    /// <summary>What h is when it is not given: some seconds to make, and more releases than a product has.</summary>
    private const int UsualHeight = 15;

    internal static Command Build(CommandFrame frame)
    {
        var file = new Option<string>("--out") { Description = "the private key's file; the public key goes beside it as NAME.pub.json. With --token: the public key's file", Required = true, HelpName = "FILE" };
        var type = new Option<string>("--type") { Description = $"{KeyTypes.All}; ed25519 when not given", HelpName = "TYPE" };
        var height = new Option<int?>("--height") { Description = "with x-ed25519+lms: 10, 15 or 20; the key signs 2^height times; 15 when not given", HelpName = "N" };
        var token = new Option<string>("--token") { Description = "make it inside this token, which it never leaves: pkcs11:token=...;object=NAME?module-path=...", HelpName = "URI" };
        Option<string[]> passphrases = CommandFrame.PassphraseFiles();
        var make = new Command("new", "make a key: an encrypted private key, or one in a token, and its public key") { file, type, height, token, passphrases };
        frame.Does(make, parse =>
        {
            KeyType kind = KeyTypes.Parse(parse.GetValue(type) ?? "ed25519");
            int? levels = parse.GetValue(height);
            if (levels is not null && (kind != KeyType.Ed25519Lms || levels is not (10 or 15 or 20)))
            {
                throw new ToolException(ExitCode.Usage, $"--height {levels} does not go with this key", "it is 10, 15 or 20, with --type x-ed25519+lms");
            }

            string output = parse.GetRequiredValue(file);
            Passphrases secrets = frame.Passphrases(parse, passphrases);
            return parse.GetValue(token) is string uri ? InToken(output, kind, TokenUri.Parse(uri), secrets)
                : kind == KeyType.Ed25519Lms ? WithIndex(frame.Console, output, levels ?? UsualHeight, secrets)
                : New(output, kind, secrets);
        });
        return new Command("key", "keys of people who sign") { make, KeyViewCommands.Show(frame), KeyViewCommands.List(frame), KeyViewCommands.Advance(frame), KeyPublicCommand.Build(frame), RootChangeCommands.Revoke(frame) };
    }

    /// <summary>Says which key it is.</summary>
    internal static Report Describe(this Report report, TufKey key) => report
        .Line($"key id      {key.KeyId}")
        .Line($"scheme      {key.Scheme}")
        .Fact("key_id", key.KeyId)
        .Fact("scheme", key.Scheme);

    private static Report New(string file, KeyType type, Passphrases passphrases)
    {
        string publicFile = KeyFiles.PublicName(file);
        OutputFile.ExpectNew(file);
        OutputFile.ExpectNew(publicFile);
        string passphrase = passphrases.ForNewKey(file);
        using SigningKey key = SigningKey.Generate(type);
        OutputFile.MakeFolderOf(file);
        OutputFile.WriteNew(file, Encoding.ASCII.GetBytes(key.ToPem(passphrase)), secret: true);
        OutputFile.WriteNew(publicFile, KeyFiles.WritePublic(key.Public));
        return Written(file, publicFile).Describe(key.Public);
    }

    private static Report WithIndex(ToolConsole console, string file, int height, Passphrases passphrases)
    {
        (string publicFile, string indexFile) = (KeyFiles.PublicName(file), LmsIndex.NameFor(file));
        OutputFile.ExpectNew(file);
        OutputFile.ExpectNew(publicFile);
        OutputFile.ExpectNew(indexFile);
        string passphrase = passphrases.ForNewKey(file);
        Ed25519LmsPrivateKey? made = null;
        Progress.Show(console, "making the tree", 1L << height, done => made = Ed25519LmsPrivateKey.Generate(height, done));
        using Ed25519LmsPrivateKey key = made!;
        (byte[] index, byte[] pem) = LmsIndex.ForNewKey(key.Public.KeyId, key.IndexMacKey, EncryptedPkcs8.Write(key, passphrase));
        OutputFile.MakeFolderOf(file);
        OutputFile.WriteNew(indexFile, index, secret: true);
        OutputFile.WriteNew(file, pem, secret: true);
        OutputFile.WriteNew(publicFile, KeyFiles.WritePublic(key.Public));
        new FileSteps().FlushFolder(Path.GetDirectoryName(Path.GetFullPath(file))!);
        return Written(file, publicFile)
            .Line($"index       {indexFile} (goes wherever the private key goes; both change with every signature)")
            .Describe(key.Public)
            .Line($"signatures  {key.Capacity}, then it is used up")
            .Line("A copy of the key and its index from a backup can use an index twice, and two signatures with one index give the")
            .Line("key away. No file can prevent that: keep no backups of these two files. Production keys belong in an HSM.")
            .Fact("index", indexFile)
            .Fact("signatures_left", key.Capacity);
    }

    private static Report InToken(string publicFile, KeyType type, TokenUri uri, Passphrases passphrases)
    {
        if (publicFile.EndsWith(".pem", StringComparison.Ordinal))
        {
            throw new ToolException(ExitCode.Usage, $"--out {publicFile} would be a private key, which stays in the token", "with --token, --out is the public key's file: NAME.pub.json");
        }

        OutputFile.ExpectNew(publicFile);
        using TokenShelf tokens = passphrases.OpenTokens();
        Token token = tokens.Token(uri);
        using TokenKey key = TokenKeyMaker.Make(token, uri, type);
        try
        {
            OutputFile.MakeFolderOf(publicFile);
            OutputFile.WriteNew(publicFile, KeyFiles.WritePublic(key.Public));
        }
        catch (ToolException e)
        {
            throw new ToolException(e.Code, e.Message, $"the key is in the token; gatekeeper-sign key show writes its public key: {e.Hint}");
        }

        return new Report()
            .Line($"private key in the token {token.Label}, which it never leaves")
            .Line($"public key  {publicFile}")
            .Describe(key.Public)
            .Line($"in the token {key.Name}")
            .Fact("token", token.Label)
            .Fact("token_key", key.Name)
            .Fact("public_key", publicFile);
    }

    private static Report Written(string file, string publicFile) => new Report()
        .Line($"private key {file} (keep it and its passphrase apart from each other)")
        .Line($"public key  {publicFile}")
        .Fact("private_key", file)
        .Fact("public_key", publicFile);
}
