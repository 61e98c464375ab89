using Gatekeeper.Signing.Keys;
using Gatekeeper.Signing.Keys.Lms;

namespace Gatekeeper.Signing.Tests;

/// <summary>Private keys of types that have no seed, as PKCS#8 in base64: made once for these tests, so that key ids in transcripts are always the same.</summary>
internal static class FixedKeys
{
    internal const string EcdsaP256 =
        "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgdk+pm9c5vcojcISAKMcx5dsydOQLBZFF4iNOtuTh8duhRANCAAR4bHmxoRWFKf56TwLQUwyuBn+ZF+0pQK4/K9/v8F+gj6hAjbGJwW"
        + "irhf2/yIV9Lf6LVNbgxKMmYxOzV++kCVUi";

    internal const string EcdsaP384 =
        "MIG2AgEAMBAGByqGSM49AgEGBSuBBAAiBIGeMIGbAgEBBDBUO//Fjdhh9aR3xY8hOyHcjoZJm6Bxh64Cc7iM0z8/UQIp/k6hPLC65oIX/UKcKlShZANiAAR/cYijZVK5mVFncUuhF67r3QZ1FEM3MT"
        + "1FNM/7NvRz5UnPPQFLa5/dwm6ahdRRUqdBfnz4O07vDGqsuZF4bx4BmzZt9i5nYMkPmgwViEXyyP4HBVoD8RDRIH+oUVyS5tY=";

    internal const string Rsa3072 =
        "MIIG/QIBADANBgkqhkiG9w0BAQEFAASCBucwggbjAgEAAoIBgQC+pfTSi1kY0ZQRCNk5R1/xaO5DYWHPJhRzZ4aUynazM2EUaoMUh82eRbENjuJaPX/a43+HUUP48uDOX+0NTjyko3cAAKunB2m+C8"
        + "QWPjGMy1fTjnyKYj5qutODU2BvBll8U5RIdeke7rLPJeY3KC1ExLb4NUGxWEkePa9hKLzOYBwQvm/hd0FTlsUbRQs3GTAAcJ//T49S4QFJJrVUUMA+TaVfVG//H1vtR1mOEYNwbGKwGRv26cZHCRCG"
        + "nR7ViORXDw7xPmRcoFLnd1kkeIp9VlIsRQGH1trby+GoufzlUHuRmWnO4LuPWa0AiTfK/hZ9G2m1iHynK14uxdh+MkvuWsRUM5iyYBE8PUIpSjrefMSYUZK0W9mBgw2Ril7Anev/WVx12N9JMtOIpT"
        + "EIDdjFv4X/qAx/Y7pkBZ55x3gh/fl8Utg9yFNsSxTW0Q24I+010oZWMFE4nOztN0uX1E3gRPNRmspnCyW56en3r/PoCuANB4R9bXWP8gH/njkspp0CAwEAAQKCAYARJPBqvKBDBJnJnF+YcIw2s+Z1"
        + "Rb0beUOuixlFqR1aiRzKTrfB8WJywLamzvoY/l3Qi9PMkejIauL/fA3fu/DlJ1QMuoK1Lwv5zKoSC/69uA2KV05ozWPqiil6LlXGNi526Tc0+vF/WBzZVwGoZSMJA52mnXduYM+Wehqa5KRx9J+he9"
        + "ao0mYcA7tu89sJ1eiEqZwhxABSBizs7J+y2N4o3Ceqdnfp2+KS6G8rwPRueDi5uFBU+HndqnmDeX6r2jbyjOEEmqHiiHrBSrZYSxGz4HGlkopsBti5b5AyenrwhebqHRD62aaMw11zOoU+vP8esoUD"
        + "bmQ9PzoUGcZfs8y23uoBKNr0W9iMZ7Pi1biI6GKXZA9rFp/cUHHNcAXk4vrBle9wxa2s2bZ8pRw5vKZuIHcH8mJrZHiQBOVP6HtvhTX/lk0SAY1RFsQZKNI1Fwe214ji3YTwb6JcfS2xHvhfCrOsW7"
        + "Xt5M926DfIcP946yU6I1mvy+ISRLPAT2bJCVsCgcEA9e40yCyUebhn8lWyXydyTCMtDXvAebfBYGbQIZ9N1pJ9jvyZW9gDSRsgNWcE97dLnKVLTT+EY073ShJk/vPviIR3Q4kjivLVntbxH4e4xbNP"
        + "SM39+b8Yst17ZWCg0Vf8dmdK4JpsuDaxCm90aHLxHK03yhD/l/pAQopqBxtZ/PLLeqOp+hT0QroacWAQnm8eDDPFiUi+lslCfXNKe9V/8yarFUwpOSLicrpweBucVFf+D5UJQI3KI8VZgTcDq57LAo"
        + "HBAMZ0SwMkVrWxdMYGUr2GAHSyEaNDUHNtn7xSV07/K2tm0MTo//lLVfqJQOdejmyUUC27IdHBgIBZceP9mbOUFrzyINejZOCWp5ybXPA8Spl/DK3PhLGpjDqC0NYkbZm/97hZeJCRuEhXGa5r6MNF"
        + "2L/Q0Pt5XdaKjowDlbajuCck305najHzeMNEWIz5IM9fxEl4ii6OfZao/z5J0/bvmf73zwq003QzZPnscSbCR/yHztfp5jJb14x1XzxOW8Z7NwKBwQDPRJ2Tf477LyHcKcGVVKeN56+Wx4+mheoil0"
        + "QesiZmCzxrABU4RMwwFv6EQ3j6Va8SLHVUe43WLL1Z3jrkbS6Z/hqN/szH1HWZ00mQ61Acv0y47XN5w0bLqMLQ5CllhiQunkuLFFtAvkdjph+T0BvJsWttj/n6Wl1CN2m456Jl/zLi/4DIVlSu0C5t"
        + "Eyuue7P1UMTROU/3wVOaa0qBJ6UYhqR15KRxlScIznzvnUWaCDcFZvRPRbDxiOgwcO9U+xUCgcBwMSp/GjoS+cGkecqo7mqvjkO+Yr3Go8DcPEizljo7u6Jmz7p2ewqeWp3gr2ohJC+3ysUxyg0Vgn"
        + "uKgsIz7ZJ1OwUqI2tSNJmJRaPjBJK/+D14vYqszcdDBNV/WpTDiO1IwPwR7u+ZpfQU0ViDnKcOucSLhm9wbGBt81DeMexX5NaBgqFcn+Izsh3FhMnxsphLWOP1sgR5+gxicGZugcIzjHD2AohQdwWs"
        + "7OiDGu6La1OaaNcEvTs8YtZ2R25G5T0CgcAXsIO/eqQN7eE77i7U0VxUh4yutqW4Ar8sf+z93Y2+gII15rHRo8jwcp55WJyPBFHrAFnEEUce7mNWpZCRjoAulmQGRmbvXN1T0lwYI5Vhn9dJxVLLNt"
        + "gNQJVI/sDjJfDy1vo6E0xFQ8qFt+2T8TpaJ54WJMEEdk6Kvk5eaPCwZ0QvnIR/rxvunWZaZn0MHEBn2Bti6sgkh+rzekfPsmxLV6BGqPL2RZHJxcZ9E60C/Z/3tVI+2qUeOyBo6YuZgr8=";

    /// <summary>An x-ed25519+lms key with a tree of 32 leaves, always the same.</summary>
    internal static Ed25519LmsPrivateKey MakeHybrid() => new(
        new Ed25519PrivateKey([.. Enumerable.Repeat((byte)6, 32)]),
        LmsPrivateKey.Make(10, 7, [.. Enumerable.Repeat((byte)7, 16)], [.. Enumerable.Repeat((byte)8, 24)], _ => { }));
}
