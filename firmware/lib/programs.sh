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
                -type f ! -name '*.md' ! -name '*.png' -print
        done < <(closure "$@")
    ) | LC_ALL=C sort -u
}

# key REPO PROJECT [MSBUILD-ARGUMENT...]: what the published program depends on, as a hash.
key() {
    local repo=$1 project=$2
    shift 2
    {
        (cd "$repo" && dotnet --version && sources . "$project" | tr '\n' '\0' | xargs -0 sha256sum)
        printf '%s\n' "$@"
        declare -f publish_one
    } | hash_of
}

# publish_one REPO PROJECT WORK FOLDER [MSBUILD-ARGUMENT...]
# Self-contained and trimmed, since no runtime is on the device; ReadyToRun, since a JIT start costs a second under emulation.
publish_one() {
    local repo=$1 project=$2 work=$3 folder=$4 locked=-p:RestoreLockedMode=true
    shift 4
    # The lock file is for the default packages; another choice resolves anew, beside the sources.
    case " $* " in *" -p:BouncyCastle="*) locked=-p:NuGetLockFilePath=$work/packages.lock.json ;; esac
    dotnet publish "$repo/$project" -nologo -v quiet -nodeReuse:false -c Release -r linux-x64 --self-contained --artifacts-path "$work/artifacts" \
        -o "$work/out" -p:PublishSingleFile=true -p:PublishTrimmed=true -p:PublishReadyToRun=true -p:DebugType=none \
        -p:PublishDocumentationFiles=false -p:UseSharedCompilation=false "$locked" \
        "-p:PathMap=$(realpath "$work")=/build/%2c$(realpath "$repo")=/gatekeeper" "$@" >&2 || die "$project does not publish"
    mv -T "$work/out" "$folder"
}

# publish REPO "PROJECT..." [MSBUILD-ARGUMENT...]: prints, a line each, the folders that hold the published programs.
publish() {
    local repo=$1 projects=$2 project hash work i folders=() missing=()
    shift 2
    for project in $projects; do
        hash=$(key "$repo" "$project" "$@")
        folders+=("$cache/programs/$(basename "$project" .csproj)-$hash")
        # Looked for first without the lock: a build that has all it needs waits for nobody.
        [ -e "${folders[-1]}" ] || missing+=("$project" "${folders[-1]}")
    done
    [ ${#missing[@]} -eq 0 ] || (
        flock 8
        # A fixed place, because the compiler's output depends on where it ran; the repository's own bin and obj stay untouched.
        work=$cache/work/programs
        rm -rf "$work"
        mkdir -p "$cache/programs" "$work"
        for ((i = 0; i < ${#missing[@]}; i += 2)); do
            [ ! -e "${missing[i + 1]}" ] || continue
            say "publishing $(basename "${missing[i]}" .csproj)"
            # The lock must not live on in a process that stays behind.
            publish_one "$repo" "${missing[i]}" "$work" "${missing[i + 1]}" "$@" 8>&-
        done
        rm -rf "$work"
    ) 8>"$(lock_file programs)"
    printf '%s\n' "${folders[@]}"
}
