using System.Reflection;
using Gatekeeper.Linux.Screen.Drm;

namespace Gatekeeper.Linux.Tests.Screen;

public class DrmLayoutTests
{
    // Debian's libdrm-dev; the headers are copies of the kernel's include/uapi/drm.
    private const string Include = "-I/usr/include/libdrm";

    [Fact]
    public void Structs_AreLaidOutAsInTheHeader() =>
        new CHeader("drm.h", "drm_mode.h")
            .Struct<drm_mode_modeinfo>("struct drm_mode_modeinfo")
            .Struct<drm_mode_card_res>("struct drm_mode_card_res")
            .Struct<drm_mode_get_connector>("struct drm_mode_get_connector")
            .Struct<drm_mode_get_encoder>("struct drm_mode_get_encoder")
            .Struct<drm_mode_crtc>("struct drm_mode_crtc")
            .Struct<drm_mode_create_dumb>("struct drm_mode_create_dumb")
            .Struct<drm_mode_map_dumb>("struct drm_mode_map_dumb")
            .Struct<drm_mode_destroy_dumb>("struct drm_mode_destroy_dumb")
            .Struct<drm_mode_fb_cmd>("struct drm_mode_fb_cmd")
            .Struct<drm_mode_fb_dirty_cmd>("struct drm_mode_fb_dirty_cmd")
            .Verify(Include);

    [Fact]
    public void RequestNumbers_AreThoseOfTheHeader()
    {
        CHeader header = new("drm.h", "drm_mode.h");
        int count = 0;
        foreach (FieldInfo field in typeof(DrmIoctl).GetFields(BindingFlags.Static | BindingFlags.NonPublic))
        {
            if (field.Name.StartsWith("DRM_IOCTL_", StringComparison.Ordinal))
            {
                header.Constant(field.Name, (uint)field.GetRawConstantValue()!);
                count++;
            }
        }

        Assert.Equal(12, count);
        header.Verify(Include);
    }

    [Fact]
    public void AWrongClaim_IsFound() =>
        Assert.ThrowsAny<Xunit.Sdk.XunitException>(() => new CHeader("drm.h").Constant("DRM_IOCTL_SET_MASTER", 1).Verify(Include));

    [Fact]
    public void OpenFlagsAndMapFlags_AreThoseOfTheHeader() =>
        new CHeader("fcntl.h", "sys/mman.h")
            .Constant("O_RDWR", Libc.O_RDWR)
            .Constant("O_CLOEXEC", Libc.O_CLOEXEC)
            .Constant("PROT_READ", Libc.PROT_READ)
            .Constant("PROT_WRITE", Libc.PROT_WRITE)
            .Constant("MAP_SHARED", Libc.MAP_SHARED)
            .Constant("MAP_FAILED", unchecked((ulong)Libc.MAP_FAILED))
            .Verify("-D_GNU_SOURCE");
}
