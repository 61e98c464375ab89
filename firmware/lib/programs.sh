# The C# programs of the image, published once for every state of their sources. Source it after common.sh.
# shellcheck shell=bash

# closure PROJECT-FILE...: the projects and what they reference, each once, as absolute paths.
closure() {
    local queue=("$@") project reference folder
    local -A seen=()
    while [ ${#queue[@]} -gt 0 ]; do
        project=$(realpath "${queue[0]}")
        queue=("${queue[@]:1}")
        [ -z "${seen[$project]:-}" ] || continue
        seen[$project]=1
        printf '%s\n' "$project"
        folder=$(dirname "$project")
        while read -r reference; do
            queue+=("$folder/${reference//\\//}")
        done < <(grep -o 'ProjectReference Include="[^"]*"' "$project" | cut -d '"' -f 2)
    done
}

# sources REPO PROJECT-FILE...: every file the programs are compiled from, relative to the repository.
sources() {
    local repo=$1 project
    shift
    (
        cd "$repo" || exit
        printf '%s\n' Directory.Build.props Directory.Packages.props global.json .editorconfig
        while read -r project; do
            find "$(realpath --relative-to=. "$(dirname "$project")")" \( -name bin -o -name obj \) -prune -o \
                -type f ! -name '*.md' -print
        done < <(closure "$@")
    ) | LC_ALL=C sort -u
}

# publish REPO PROJECT [MSBUILD-ARGUMENT...]: prints the folder that holds the published program.
# Self-contained and trimmed, since no runtime is on the device; ReadyToRun, since a JIT start costs a second under emulation.
publish() {
    local repo=$1 project=$2 folder work locked=-p:RestoreLockedMode=true
    shift 2
    folder=$cache/programs/$(basename "$project" .csproj)-$({
        (cd "$repo" && dotnet --version && sources . "$project" | tr '\n' '\0' | xargs -0 sha256sum)
        printf '%s\n' "$@"
        declare -f publish
    } | hash_of)
    # Looked for first without the lock: a build that has all it needs waits for nobody.
    [ -e "$folder" ] || (
        flock 8
        [ ! -e "$folder" ] || exit 0
        say "publishing $(basename "$project" .csproj)"
        # A fixed place, because the compiler's output depends on where it ran; the repository's own bin and obj stay untouched.
        work=$cache/work/publish
        rm -rf "$work"
        mkdir -p "$cache/programs" "$work"
        # The lock file is for the default packages; another choice resolves anew, beside the sources.
        case " $* " in *" -p:BouncyCastle="*) locked=-p:NuGetLockFilePath=$work/packages.lock.json ;; esac
        dotnet publish "$repo/$project" -nologo -v quiet -c Release -r linux-x64 --self-contained --artifacts-path "$work/artifacts" \
            -o "$work/out" -p:PublishSingleFile=true -p:PublishTrimmed=true -p:PublishReadyToRun=true -p:DebugType=none \
            -p:PublishDocumentationFiles=false "$locked" "-p:PathMap=$(realpath "$work")=/build/%2c$(realpath "$repo")=/gatekeeper" \
            "$@" >&2 || die "$project does not publish"
        mv -T "$work/out" "$folder"
        rm -rf "$work"
    ) 8>"$(lock_file publish)"
    printf '%s\n' "$folder"
}
