# Finds the JavaScript runtime that npm installed with this package. Sourced by the launchers; starts no process where
# the install scripts ran, because each one costs about a millisecond of every start.

# The package's dependencies lie in its own node_modules or, installed as a dependency, beside it.
# Sets `bun`. Fails when there is no runtime for this machine.
find_bun() {
  for modules in "$1/node_modules" "${1%/*}"; do
    case $modules in */node_modules) ;; *) continue ;; esac
    bun=$modules/bun/bin/bun.exe
    [ -x "$bun" ] && ! is_placeholder "$bun" && return
    find_platform_bun "$modules" && return
  done
  return 1
}

# Until bun's install script has run, its program is a text of `echo "Error: ..."` lines. The script links its two
# names to one file, where it can: looking at that is quicker than reading a line of a binary.
is_placeholder() {
  [ "$1" -ef "${1%/*}/bunx.exe" ] && return 1
  first_line=
  IFS= read -r first_line <"$1"
  case $first_line in 'echo '*) return 0 ;; *) return 1 ;; esac
}

# With install scripts blocked the program is still in the package of its platform.
find_platform_bun() {
  [ -d "$1/@oven" ] || return 1
  case $(uname -sm) in
    'Linux x86_64') names="linux-x64 linux-x64-musl" ;;
    'Linux aarch64' | 'Linux arm64') names="linux-aarch64 linux-aarch64-musl" ;;
    'Darwin arm64') names="darwin-aarch64 darwin-x64" ;;
    # A translated shell on Apple silicon says x86_64, while npm may have chosen arm64.
    'Darwin x86_64') names="darwin-x64 darwin-aarch64" ;;
    'FreeBSD amd64') names="freebsd-x64" ;;
    'FreeBSD arm64') names="freebsd-aarch64" ;;
    *) return 1 ;;
  esac
  # Old npm versions install both C libraries' packages.
  if has_only_musl; then names="${names#* }"; fi
  for name in $names; do
    bun=$1/@oven/bun-$name/bin/bun
    # npm leaves it executable; an unpacked archive of the folder may not.
    [ -x "$bun" ] && return
  done
  return 1
}

has_only_musl() {
  for loader in /lib64/ld-linux-* /lib/ld-linux-*; do
    [ -e "$loader" ] && return 1
  done
  for loader in /lib/ld-musl-*; do
    [ -e "$loader" ] && return 0
  done
  return 1
}
