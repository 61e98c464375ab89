/*
 * A PKCS#11 module that is softhsm2's with one fault, named by GATEKEEPER_TOKEN_FAULT: what a test cannot do to a token in software.
 * Only the functions that a fault changes are here; the others are softhsm2's own. Types are those of PKCS#11 2.40 §3 on 64-bit Linux.
 */
#include <dlfcn.h>
#include <stdlib.h>
#include <string.h>

typedef unsigned long CK_ULONG;
typedef CK_ULONG CK_RV;
typedef struct { CK_ULONG type; void *value; CK_ULONG length; } CK_ATTRIBUTE;
typedef struct { unsigned char label[32], maker[32], model[16], serial[16]; CK_ULONG flags; } CK_TOKEN_INFO_HEAD;
typedef struct { unsigned char version[2]; void *function[68]; } CK_FUNCTION_LIST;

/* places in the list: PKCS#11 2.40 §3.6 */
enum { INITIALIZE = 0, GET_TOKEN_INFO = 6, GET_MECHANISM_LIST = 7, LOGIN = 18, GET_ATTRIBUTE_VALUE = 24, SIGN = 43 };
enum { GENERAL_ERROR = 0x5, DEVICE_REMOVED = 0x32, PIN_LOCKED = 0xA4, PIN_INCORRECT = 0xA0, USER_NOT_LOGGED_IN = 0x101 };

static CK_FUNCTION_LIST *real, ours;
static int logged_in_for_one;

static int fault(const char *name)
{
    const char *set = getenv("GATEKEEPER_TOKEN_FAULT");
    return set != NULL && strcmp(set, name) == 0;
}

static CK_RV initialize(void *arguments)
{
    return fault("does-not-start") ? GENERAL_ERROR : ((CK_RV (*)(void *))real->function[INITIALIZE])(arguments);
}

static CK_RV get_token_info(CK_ULONG slot, CK_TOKEN_INFO_HEAD *info)
{
    CK_RV rv = ((CK_RV (*)(CK_ULONG, CK_TOKEN_INFO_HEAD *))real->function[GET_TOKEN_INFO])(slot, info);
    if (rv == 0)
        info->flags |= fault("locked") ? 0x40000 : fault("final-try") ? 0x20000 : 0;
    return rv;
}

static CK_RV get_mechanism_list(CK_ULONG slot, CK_ULONG *list, CK_ULONG *count)
{
    CK_RV rv = ((CK_RV (*)(CK_ULONG, CK_ULONG *, CK_ULONG *))real->function[GET_MECHANISM_LIST])(slot, list, count);
    CK_ULONG without = fault("no-pss-of-hash") ? 0xD : fault("no-ecdsa") ? 0x1041 : fault("no-key-pairs") ? 0x1040 : ~0UL;
    if (rv != 0 || list == NULL)
        return rv;
    CK_ULONG kept = 0;
    for (CK_ULONG i = 0; i < *count; i++)
        if (list[i] != without)
            list[kept++] = list[i];
    *count = kept;
    return rv;
}

static CK_RV login(CK_ULONG session, CK_ULONG user, unsigned char *pin, CK_ULONG length)
{
    if (fault("login-locked"))
        return PIN_LOCKED;
    if (fault("asks-each-time") && user == 2) {
        logged_in_for_one = length == 4 && memcmp(pin, "1234", 4) == 0;
        return logged_in_for_one ? 0 : PIN_INCORRECT;
    }
    return ((CK_RV (*)(CK_ULONG, CK_ULONG, unsigned char *, CK_ULONG))real->function[LOGIN])(session, user, pin, length);
}

static CK_RV get_attribute_value(CK_ULONG session, CK_ULONG object, CK_ATTRIBUTE *wanted, CK_ULONG count)
{
    CK_RV rv = ((CK_RV (*)(CK_ULONG, CK_ULONG, CK_ATTRIBUTE *, CK_ULONG))real->function[GET_ATTRIBUTE_VALUE])(session, object, wanted, count);
    for (CK_ULONG i = 0; i < count; i++) {
        if (wanted[i].value == NULL || wanted[i].length != 1)
            continue;
        if (fault("exports") && wanted[i].type == 0x164) /* CKA_NEVER_EXTRACTABLE */
            *(unsigned char *)wanted[i].value = 0;
        if (fault("asks-each-time") && wanted[i].type == 0x202) /* CKA_ALWAYS_AUTHENTICATE */
            *(unsigned char *)wanted[i].value = 1;
    }
    return rv;
}

static CK_RV sign(CK_ULONG session, unsigned char *data, CK_ULONG length, unsigned char *signature, CK_ULONG *signature_length)
{
    if (fault("pulled-out"))
        return DEVICE_REMOVED;
    if (fault("asks-each-time") && !logged_in_for_one)
        return USER_NOT_LOGGED_IN;
    CK_RV rv = ((CK_RV (*)(CK_ULONG, unsigned char *, CK_ULONG, unsigned char *, CK_ULONG *))real->function[SIGN])(session, data, length, signature, signature_length);
    if (signature == NULL)
        return rv;
    logged_in_for_one = 0;
    if (rv == 0 && fault("wrong-signature"))
        signature[*signature_length / 2] ^= 1;
    return rv;
}

CK_RV C_GetFunctionList(CK_FUNCTION_LIST **list)
{
    if (real == NULL) {
        void *module = dlopen(SOFTHSM2, RTLD_NOW);
        CK_RV (*get)(CK_FUNCTION_LIST **) = module == NULL ? NULL : (CK_RV (*)(CK_FUNCTION_LIST **))dlsym(module, "C_GetFunctionList");
        if (get == NULL || get(&real) != 0)
            return GENERAL_ERROR;
        ours = *real;
        ours.function[INITIALIZE] = (void *)initialize;
        ours.function[GET_TOKEN_INFO] = (void *)get_token_info;
        ours.function[GET_MECHANISM_LIST] = (void *)get_mechanism_list;
        ours.function[LOGIN] = (void *)login;
        ours.function[GET_ATTRIBUTE_VALUE] = (void *)get_attribute_value;
        ours.function[SIGN] = (void *)sign;
    }
    *list = &ours;
    return 0;
}
