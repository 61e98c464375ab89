/*
 * A USB stick behind usbfs, for a machine without USB: loaded before libusb, it answers libusb's ioctls from an image file.
 * Every ioctl is made for real first, so that the filter of the process judges it; what the kernel says of it is not used.
 * Structures: linux/usbdevice_fs.h. Commands: BOT 1.0 §5, SPC-4, SBC-3.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/usbdevice_fs.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define OPCODE 15
#define BIG32(p) ((unsigned)(p)[0] << 24 | (unsigned)(p)[1] << 16 | (unsigned)(p)[2] << 8 | (p)[3])

static const unsigned char *image;
static unsigned sectors;
static unsigned char command[31];
static int answered = 1; /* the data of the command went, its status comes next */
static struct usbdevfs_urb *finished[64];
static int first, last;

__attribute__((constructor)) static void open_image(void)
{
	struct stat found;
	int fd = open(getenv("GK_IMAGE"), O_RDONLY | O_CLOEXEC);

	if (fd < 0 || fstat(fd, &found) != 0)
		abort();
	image = mmap(NULL, found.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	sectors = found.st_size / 512;
	close(fd);
}

static void put_big(unsigned char *at, unsigned value)
{
	for (int i = 0; i < 4; i++)
		at[i] = value >> (24 - 8 * i);
}

/* Whether the command has data, which then is put into the buffer. */
static int data(unsigned char *to, int length)
{
	const unsigned char *cdb = command + OPCODE;

	memset(to, 0, length);
	switch (cdb[0]) {
	case 0x12: /* INQUIRY */
		memcpy(to + 8, "GK      FAKE            1.0 ", 28);
		return 1;
	case 0x25: /* READ CAPACITY (10) */
		put_big(to, sectors - 1);
		put_big(to + 4, 512);
		return 1;
	case 0x28: /* READ (10) */
		memcpy(to, image + 512UL * BIG32(cdb + 2), length);
		return 1;
	default: /* TEST UNIT READY */
		return 0;
	}
}

static void bulk(struct usbdevfs_urb *urb)
{
	unsigned char *buffer = urb->buffer;

	urb->actual_length = urb->buffer_length;
	if (!(urb->endpoint & 0x80)) {
		memcpy(command, buffer, sizeof(command));
		answered = 0;
	} else if (answered || !data(buffer, urb->buffer_length)) {
		memcpy(buffer, "USBS", 4);
		memcpy(buffer + 4, command + 4, 4);
		memset(buffer + 8, 0, 5);
		urb->actual_length = 13;
		answered = 1;
	} else {
		answered = 1;
	}
}

int ioctl(int fd, unsigned long request, ...)
{
	struct usbdevfs_urb *urb;
	va_list list;
	void *argument;

	va_start(list, request);
	argument = va_arg(list, void *);
	va_end(list);
	syscall(SYS_ioctl, fd, request, argument);
	switch (request) {
	case USBDEVFS_GET_CAPABILITIES:
		*(unsigned *)argument = USBDEVFS_CAP_NO_PACKET_SIZE_LIM | USBDEVFS_CAP_BULK_SCATTER_GATHER;
		return 0;
	case USBDEVFS_CONNECTINFO:
		*(struct usbdevfs_connectinfo *)argument = (struct usbdevfs_connectinfo){ .devnum = 2 };
		return 0;
	case USBDEVFS_GET_SPEED:
		return 3;
	case USBDEVFS_CONTROL: /* GET CONFIGURATION */
		*(unsigned char *)((struct usbdevfs_ctrltransfer *)argument)->data = 1;
		return 1;
	case USBDEVFS_SUBMITURB:
		urb = argument;
		urb->status = 0;
		if (urb->type == USBDEVFS_URB_TYPE_BULK) {
			bulk(urb);
		} else { /* GET MAX LUN */
			((unsigned char *)urb->buffer)[8] = 0;
			urb->actual_length = 1;
		}
		finished[last++ % 64] = urb;
		return 0;
	case USBDEVFS_REAPURBNDELAY:
		if (first == last) {
			errno = EAGAIN;
			return -1;
		}
		*(struct usbdevfs_urb **)argument = finished[first++ % 64];
		return 0;
	case USBDEVFS_CLAIMINTERFACE:
	case USBDEVFS_RELEASEINTERFACE:
	case USBDEVFS_CLEAR_HALT:
	case USBDEVFS_DISCARDURB:
		return 0;
	default:
		errno = ENOTTY;
		return -1;
	}
}
