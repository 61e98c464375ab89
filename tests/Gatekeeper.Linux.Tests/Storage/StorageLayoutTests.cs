using Gatekeeper.Linux.Storage;

namespace Gatekeeper.Linux.Tests.Storage;

public class StorageLayoutTests
{
    [Fact]
    public void Numbers_AreThoseOfTheHeaders() =>
        new CHeader("fcntl.h", "errno.h", "linux/fs.h")
            .Constant("O_RDONLY", StorageConstants.O_RDONLY)
            .Constant("O_DIRECT", (ulong)StorageConstants.O_DIRECT)
            .Constant("O_DIRECTORY", (ulong)StorageConstants.O_DIRECTORY)
            .Constant("BLKSSZGET", StorageConstants.BLKSSZGET)
            .Constant("BLKGETSIZE64", StorageConstants.BLKGETSIZE64)
            .Constant("FS_IOC_GETFLAGS", StorageConstants.FS_IOC_GETFLAGS)
            .Constant("FS_IOC_SETFLAGS", StorageConstants.FS_IOC_SETFLAGS)
            .Constant("FS_IMMUTABLE_FL", StorageConstants.FS_IMMUTABLE_FL)
            .Constant("SYNC_FILE_RANGE_WAIT_BEFORE", StorageConstants.SYNC_FILE_RANGE_WAIT_BEFORE)
            .Constant("SYNC_FILE_RANGE_WRITE", StorageConstants.SYNC_FILE_RANGE_WRITE)
            .Constant("SYNC_FILE_RANGE_WAIT_AFTER", StorageConstants.SYNC_FILE_RANGE_WAIT_AFTER)
            .Constant("ENOTTY", StorageConstants.ENOTTY)
            .Verify("-D_GNU_SOURCE");
}
