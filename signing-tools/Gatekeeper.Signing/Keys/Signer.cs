using Gatekeeper.Release;

namespace Gatekeeper.Signing.Keys;

/// <summary>What can sign for one public key: a private key in memory, or one in a token that never leaves it. Only <see cref="SigningKey"/> calls it.</summary>
internal abstract class Signer : IDisposable
{
    /// <summary>The public key.</summary>
    internal abstract TufKey Public { get; }

    /// <summary>Signs.</summary>
    internal abstract byte[] Sign(ReadOnlySpan<byte> message);

    /// <summary>Is shown a valid signature that this key made at some time. A key that may use nothing twice learns from it what is used.</summary>
    /// <exception cref="ToolException">The key does not know of it and so cannot know what else it signed.</exception>
    internal virtual void Saw(ReadOnlySpan<byte> signature)
    {
    }

    /// <summary>What to say when the device's own verifier does not take a signature of this key.</summary>
    internal virtual Exception Wrong() => new InvalidOperationException("a signature came out wrong; it is not used");

    /// <inheritdoc/>
    public abstract void Dispose();
}
