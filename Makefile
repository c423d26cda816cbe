# DOVE: see `make help`. Objects go to $(BUILD), the program to $(BUILD)/dove.

CC      ?= gcc
BUILD   ?= build
PREFIX  ?= /usr/local
DESTDIR ?=
# The processor to build for: the one at hand. Packagers say ARCH=x86-64.
ARCH    ?= native
WERROR  ?=
OPENMP  ?= -fopenmp

PACKAGES := ncursesw libcjson libcurl libcrypto sqlite3 gsl libutf8proc libxml-2.0 libzip openblas
# Read only when something is built, so that `make demo` can first install what is missing.
# The feature macros are this file's business: ncurses asks for older ones.
PACKAGE_CFLAGS = $(filter-out -D_XOPEN_SOURCE=% -D_DEFAULT_SOURCE,$(shell pkg-config --cflags $(PACKAGES)))
# GSL's own CBLAS is left out: OpenBLAS provides that interface.
PACKAGE_LIBS   = $(filter-out -lgslcblas,$(shell pkg-config --libs $(PACKAGES)))

OPTIMISE ?= -O3 -g -fno-math-errno -fno-trapping-math
# A loop that clang leaves scalar at -O1 is no fault of the source (pass-failed).
WARNINGS := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wstrict-prototypes -Wmissing-prototypes -Wformat=2 -Wvla \
            -Wno-pass-failed
VERSION  := $(shell sed -n 's/^## \([0-9][0-9.]*\).*/\1/p' CHANGELOG.md 2>/dev/null | head -n 1)

ALL_CFLAGS = -std=c17 -D_POSIX_C_SOURCE=200809L -D_XOPEN_SOURCE=700 -D_XOPEN_SOURCE_EXTENDED -D_DEFAULT_SOURCE \
             -march=$(ARCH) $(OPTIMISE) $(OPENMP) $(WARNINGS) $(WERROR) $(SANITIZE) -pthread -Iinclude -Isrc \
             -DDOVE_VERSION='"$(VERSION)"' -DDOVE_SHARE='"$(PREFIX)/share/dove"' $(PACKAGE_CFLAGS) $(CFLAGS)
ALL_LIBS   = $(PACKAGE_LIBS) -lm -pthread $(OPENMP) $(SANITIZE) $(LDFLAGS)

LIBRARY_ROOMS := base math store llm method model control
LIBRARY_SOURCES := $(foreach room,$(LIBRARY_ROOMS),$(wildcard src/$(room)/*.c src/$(room)/*/*.c))
PROGRAM_SOURCES := $(wildcard src/tui/*.c src/tui/*/*.c src/tui/*/*/*.c src/cli/*.c)
LIBRARY_OBJECTS := $(LIBRARY_SOURCES:src/%.c=$(BUILD)/obj/%.o)
PROGRAM_OBJECTS := $(PROGRAM_SOURCES:src/%.c=$(BUILD)/obj/%.o)
UNIT_TESTS := $(patsubst tests/%.c,$(BUILD)/tests/%,$(wildcard tests/unit/test_*.c tests/golden/test_*.c))
BENCHES := $(patsubst tests/bench/%.c,$(BUILD)/bench/%,$(wildcard tests/bench/bench_*.c))
FUZZERS := $(patsubst tests/fuzz/%.c,$(BUILD)/fuzz/%,$(wildcard tests/fuzz/fuzz_*.c))
# Tables of reference numbers are left as they were written.
FORMATTED := $(filter-out %_cases.h,$(wildcard include/dove/*.h src/*/*.[ch] src/*/*/*.[ch] src/*/*/*/*.[ch] tests/*.h tests/*/*.[ch]))

# `make V=1` shows the commands.
Q := $(if $(V),,@)
say = $(if $(V),,@echo "  $(1)	$@")

.PHONY: all
all: $(BUILD)/dove

$(BUILD)/dove: $(PROGRAM_OBJECTS) $(BUILD)/libdove.a
	$(call say,LINK)
	$(Q)$(CC) -o $@ $(PROGRAM_OBJECTS) $(BUILD)/libdove.a $(ALL_LIBS)

$(BUILD)/libdove.a: $(LIBRARY_OBJECTS)
	$(call say,AR)
	@rm -f $@
	$(Q)ar rcs $@ $(LIBRARY_OBJECTS)

# A change of the compiler or of its options rebuilds everything.
$(BUILD)/flags: FORCE
	@mkdir -p $(BUILD)
	@printf '%s\n' '$(CC) $(subst ','\'',$(ALL_CFLAGS))' | cmp -s - $@ || printf '%s\n' '$(CC) $(subst ','\'',$(ALL_CFLAGS))' > $@
.PHONY: FORCE
FORCE:

$(BUILD)/obj/%.o: src/%.c $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/tests/%: tests/%.c $(BUILD)/libdove.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests -MMD -MP -o $@ $< $(BUILD)/libdove.a -lcmocka $(ALL_LIBS)

# The explorer's parts are not in libdove.a: their tests link them from an archive of their own.
TUI_OBJECTS := $(filter $(BUILD)/obj/tui/%,$(PROGRAM_OBJECTS))
$(BUILD)/tui.a: $(TUI_OBJECTS)
	$(call say,AR)
	@rm -f $@
	$(Q)ar rcs $@ $(TUI_OBJECTS)

$(BUILD)/tests/unit/test_tui_%: tests/unit/test_tui_%.c $(BUILD)/tui.a $(BUILD)/libdove.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests -MMD -MP -o $@ $< $(BUILD)/tui.a $(BUILD)/libdove.a -lcmocka $(ALL_LIBS)

$(BUILD)/bench/%: tests/bench/%.c $(BUILD)/libdove.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests -MMD -MP -o $@ $< $(BUILD)/libdove.a $(ALL_LIBS)

$(BUILD)/fuzz/%: tests/fuzz/%.c $(BUILD)/libdove.a $(BUILD)/flags
	@mkdir -p $(@D)
	$(call say,CC)
	$(Q)$(CC) $(ALL_CFLAGS) -Itests -fsanitize=fuzzer -MMD -MP -o $@ $< $(BUILD)/libdove.a $(ALL_LIBS)

-include $(shell find $(BUILD) -name '*.d' 2>/dev/null)

.PHONY: demo
demo: ## install what is missing, build, make the sample project and open it
	@tools/dependencies build
	@$(MAKE) --no-print-directory -j$$(nproc) all
	@$(BUILD)/dove demo --dir $(BUILD)

.PHONY: test
test: ## install what is missing, build, and run every test
	@tools/dependencies build test
	@$(MAKE) --no-print-directory -j$$(nproc) all tests
	@/usr/bin/python3 tests/run.py --build $(BUILD)

.PHONY: tests
tests: $(UNIT_TESTS)

SANITIZED = OPTIMISE='-O1 -g -fno-omit-frame-pointer' WERROR=-Werror

.PHONY: check-asan
check-asan: ## the tests under AddressSanitizer and UndefinedBehaviorSanitizer; ONLY=unit,cli for a part
	@$(MAKE) --no-print-directory -j$$(nproc) all tests BUILD=build-asan $(SANITIZED) \
	  SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=undefined'
	@/usr/bin/python3 tests/run.py --build build-asan --slow 4 $(if $(ONLY),--only $(ONLY))

# ThreadSanitizer does not know libgomp's barriers, so this build leaves OpenMP out: it checks the program's own threads.
.PHONY: check-tsan
check-tsan: ## the tests under ThreadSanitizer
	@$(MAKE) --no-print-directory -j$$(nproc) all tests BUILD=build-tsan $(SANITIZED) OPENMP=-Wno-unknown-pragmas \
	  SANITIZE='-fsanitize=thread'
	@/usr/bin/python3 tests/run.py --build build-tsan --slow 10 $(if $(ONLY),--only $(ONLY))

# Valgrind knows no AVX-512.
.PHONY: check-valgrind
check-valgrind: ## the unit tests under valgrind
	@$(MAKE) --no-print-directory -j$$(nproc) all tests BUILD=build-valgrind ARCH=x86-64-v2 OPTIMISE='-O1 -g'
	@/usr/bin/python3 tests/run.py --build build-valgrind --only unit,golden --slow 20 --under 'valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite --show-leak-kinds=definite'

.PHONY: fuzz
fuzz: ## every fuzzer for FUZZ_SECONDS (60) each; needs clang
	@$(MAKE) --no-print-directory -j$$(nproc) fuzzers BUILD=build-fuzz CC=clang $(SANITIZED) \
	  SANITIZE='-fsanitize=address,undefined,fuzzer-no-link'
	@for fuzzer in build-fuzz/fuzz/fuzz_*; do case $$fuzzer in *.d) continue;; esac; \
	  $$fuzzer -max_total_time=$${FUZZ_SECONDS:-60} -artifact_prefix=build-fuzz/ || exit 1; done

.PHONY: fuzzers
fuzzers: $(FUZZERS)

# 200,000 keys, some ten minutes on two cores; KEYS=20000 for a tenth of it.
.PHONY: check-keys
check-keys: ## walks with random keys over all panes, under AddressSanitizer and UndefinedBehaviorSanitizer
	@$(MAKE) --no-print-directory -j$$(nproc) all BUILD=build-asan $(SANITIZED) \
	  SANITIZE='-fsanitize=address,undefined -fno-sanitize-recover=undefined'
	@/usr/bin/python3 -B tests/screen/random_keys.py --keys $(or $(KEYS),200000) --program build-asan/dove

# 50 kills of each kind of work, some minutes on two cores; KILLS=10 for a fifth of it.
.PHONY: check-kills
check-kills: all ## kill -9 at random moments of all that asks models, with exact accounts of what is asked again
	@/usr/bin/python3 tests/run.py --build $(BUILD) --only cli --slow 10 --kills $(or $(KILLS),50) -k 'test_kills.*'

.PHONY: recording
recording: all ## play the walks of the tests on the real program into $(BUILD)/recording: asciicasts and pictures
	@tools/recording $(BUILD)/dove $(or $(TO),$(BUILD)/recording)

.PHONY: bench
bench: all $(BENCHES) ## measure, as ratios against something in the same run
	@for bench in $(BENCHES); do $$bench || exit 1; done
	@/usr/bin/python3 tests/bench/alive.py --build $(BUILD)

.PHONY: bench-peers
bench-peers: all $(BENCHES) ## the same beside umap-learn, POT and scikit-learn, where they are installed
	@/usr/bin/python3 tests/bench/peers.py --build $(BUILD)

.PHONY: layers
layers: ## check that includes point downwards only
	@tools/layers

.PHONY: generated
generated: all ## make the files again that come from the program's tables: man pages, completions
	@tools/generated $(BUILD)/dove

.PHONY: check-generated
check-generated: all ## check that these files are fresh
	@tools/generated $(BUILD)/dove check

.PHONY: format
format: ## lay out the sources with clang-format
	@clang-format -i $(FORMATTED)

.PHONY: check-format
check-format: ## check that the sources are laid out
	@clang-format --dry-run -Werror $(FORMATTED)

.PHONY: install
install: all ## install to $(DESTDIR)$(PREFIX)
	install -D -m 755 $(BUILD)/dove $(DESTDIR)$(PREFIX)/bin/dove
	@cd assets && find . -type f ! -path './completions/*' ! -path './recordings/*' -exec install -D -m 644 {} $(abspath $(DESTDIR)$(PREFIX))/share/dove/assets/{} \;
	@find sample-data -type f -exec install -D -m 644 {} $(DESTDIR)$(PREFIX)/share/dove/{} \;
	@for page in man/*.[157]; do install -D -m 644 $$page $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; done
	@install -D -m 644 assets/completions/dove.bash $(DESTDIR)$(PREFIX)/share/bash-completion/completions/dove
	@install -D -m 644 assets/completions/_dove $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_dove
	@install -D -m 644 assets/completions/dove.fish $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/dove.fish

.PHONY: uninstall
uninstall: ## remove what install put there
	rm -f $(DESTDIR)$(PREFIX)/bin/dove
	rm -rf $(DESTDIR)$(PREFIX)/share/dove
	@for page in man/*.[157]; do rm -f $(DESTDIR)$(PREFIX)/share/man/man$${page##*.}/$${page##*/}; done
	@rm -f $(DESTDIR)$(PREFIX)/share/bash-completion/completions/dove $(DESTDIR)$(PREFIX)/share/zsh/site-functions/_dove \
	  $(DESTDIR)$(PREFIX)/share/fish/vendor_completions.d/dove.fish

.PHONY: clean
clean: ## remove everything that was built
	rm -rf build build-*

.PHONY: help
help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24
