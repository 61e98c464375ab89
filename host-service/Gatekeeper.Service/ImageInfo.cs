using Gatekeeper.Release;

namespace Gatekeeper.Service;

/// <summary><c>/usr/lib/gatekeeper/image.json</c>: what the running image says it is. Signed with the image.</summary>
public sealed record ImageInfo
{
    /// <summary>Format of this file; 1.</summary>
    public required int Format { get; init; }

    /// <summary>Product name, as releases name it.</summary>
    public required string Product { get; init; }

    /// <summary>Version, three numbers.</summary>
    public required string Version { get; init; }

    /// <summary>Channel, for example <c>stable</c>.</summary>
    public required string Channel { get; init; }

    /// <summary><see cref="Version"/> as a number to compare.</summary>
    internal ReleaseVersion Number => ReleaseVersion.TryParse(Version, out ReleaseVersion number)
        ? number
        : throw new ConfigurationException("image.json: version is not three numbers");

    /// <summary>Reads it and checks every value.</summary>
    /// <exception cref="ConfigurationException">It is not an image.json of format 1.</exception>
    public static ImageInfo Parse(ReadOnlySpan<byte> json)
    {
        ImageInfo image = ConfigurationFile.Read(json, "image.json", ConfigurationJson.Default.ImageInfo);
        ConfigurationFile.Require(image.Format == 1, "image.json: format is not 1");
        ConfigurationFile.Require(image.Product.Length is > 0 and <= 64, "image.json: product is empty or longer than 64");
        _ = image.Number;
        return image;
    }
}
