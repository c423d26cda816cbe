/* THE table of commands. From it are made: the enum, the key map, the `:` prompt with its completion, the `?` screen,
 * man/dove-keys.7 and the completions. To add a command, add a row, handle its id in the pane or in the shell, and run
 * `make generated`.
 *
 * X(ID, name, keys, context, arguments, completion, needs, help)
 *   name        for `:`; lower case with hyphens
 *   keys        default bindings, separated by ", " ("" for none); a binding of two keys is written "g g"
 *   context     where it can be given: GLOBAL, or the pane (DOVE_CONTEXT_…, several joined by |)
 *   arguments   as shown in the help: "" for none, "FILE", "[WORDS]" when they can be left out
 *   completion  what Tab offers for the argument
 *   needs       predicate over dove_command_state that says why the command is disabled (commands.c)
 *   help        one line, imperative, under 64 columns */
#ifndef DOVE_COMMAND_TABLE_H
#define DOVE_COMMAND_TABLE_H

/* clang-format off */
#define DOVE_COMMAND_TABLE(X) \
  X(DOWN,            "down",            "j, Down",          GLOBAL, "", NONE, nothing, "move to the next row") \
  X(UP,              "up",              "k, Up",            GLOBAL, "", NONE, nothing, "move to the previous row") \
  X(TOP,             "top",             "g g, Home, <",     GLOBAL, "", NONE, nothing, "go to the first row") \
  X(BOTTOM,          "bottom",          "G, End, >",        GLOBAL, "", NONE, nothing, "go to the last row") \
  X(HALF_DOWN,       "half-page-down",  "C-d",              GLOBAL, "", NONE, nothing, "move half a page down") \
  X(HALF_UP,         "half-page-up",    "C-u",              GLOBAL, "", NONE, nothing, "move half a page up") \
  X(PAGE_DOWN,       "page-down",       "PgDn, C-f, Space", GLOBAL, "", NONE, nothing, "move a page down") \
  X(PAGE_UP,         "page-up",         "PgUp, C-b",        GLOBAL, "", NONE, nothing, "move a page up") \
  X(LEFT,            "left",            "h, Left",          GLOBAL, "", NONE, nothing, "scroll left, close a branch") \
  X(RIGHT,           "right",           "l, Right",         GLOBAL, "", NONE, nothing, "scroll right, open a branch") \
  X(OPEN,            "open",            "Enter",            GLOBAL, "", NONE, nothing, "open what is selected") \
  X(BACK,            "back",            "q, Backspace",     GLOBAL, "", NONE, nothing, "go back one level") \
  X(NEXT_PART,       "next-part",       "Tab",              GLOBAL, "", NONE, nothing, "go to the next part of the pane") \
  X(PREVIOUS_PART,   "previous-part",   "S-Tab",            GLOBAL, "", NONE, nothing, "go to the previous part of the pane") \
  X(MAXIMISE,        "maximise",        "+",                GLOBAL, "", NONE, nothing, "show one part alone, or all again") \
  X(SEARCH,          "search",          "/",                GLOBAL, "[WORDS]", NONE, content, "search; lower case finds upper case too") \
  X(SEARCH_NEXT,     "search-next",     "n",                GLOBAL, "", NONE, search, "go to the next match") \
  X(SEARCH_PREVIOUS, "search-previous", "N",                GLOBAL, "", NONE, search, "go to the previous match") \
  X(FILTER,          "filter",          "\\",               GLOBAL, "[WORDS]", NONE, nothing, "show only rows that contain the words") \
  X(CLEAR,           "clear",           "Esc",              GLOBAL, "", NONE, nothing, "clear the filter, the search and the message") \
  X(SORT,            "sort",            "s",                GLOBAL, "[COLUMN]", COLUMN, nothing, "sort by the next column, or by COLUMN") \
  X(SORT_INVERT,     "sort-invert",     "S",                GLOBAL, "", NONE, nothing, "reverse the order of the rows") \
  X(ITERATION_PREVIOUS, "previous-iteration", "[",          GLOBAL, "", NONE, iterations, "show the iteration before") \
  X(ITERATION_NEXT,  "next-iteration",  "]",                GLOBAL, "", NONE, iterations, "show the iteration after") \
  X(ITERATION,       "iteration",       "",                 GLOBAL, "[t]", NONE, iterations, "show iteration t, or follow the codebook in use again") \
  X(COPY,            "copy",            "y",                GLOBAL, "", NONE, nothing, "copy what is selected to the clipboard") \
  X(EXPORT,          "export",          "e",                GLOBAL, "[FILE]", FILE, project, "write what is shown to a file") \
  X(SET,             "set",             "",                 GLOBAL, "KEY [VALUE]", NONE, project, "show a setting of the project, or give it a value") \
  X(UNDO,            "undo",            "u",                GLOBAL, "", NONE, undo, "undo what was last entered") \
  X(REDO,            "redo",            "C-r",              GLOBAL, "", NONE, redo, "do again what was undone") \
  X(PANE_OVERVIEW,   "overview",        "1, g o",           GLOBAL, "", NONE, project, "show what the project holds and what comes next") \
  X(PANE_ITERATIONS, "iterations",      "2, g i",           GLOBAL, "", NONE, project, "show the codebook from iteration to iteration") \
  X(PANE_DECISIONS,  "decisions",       "3, g d",           GLOBAL, "", NONE, project, "show every split, merge and re-creation") \
  X(PANE_CODES,      "codes",           "4, g c",           GLOBAL, "", NONE, project, "show the codes, who uses them, their members") \
  X(PANE_DOCUMENTS,  "documents",       "5, g t",           GLOBAL, "", NONE, project, "show topics and documents side by side") \
  X(PANE_MAP,        "map",             "6, g m",           GLOBAL, "", NONE, project, "show expressions and codes in two dimensions") \
  X(PANE_SCORES,     "scores",          "7, g s",           GLOBAL, "", NONE, project, "show how models align with cultures") \
  X(PANE_ANNOTATE,   "annotate",        "8, g a",           GLOBAL, "", NONE, project, "judge codes by hand, in rounds") \
  X(PANE_AGREEMENT,  "agreement",       "A, g A",           GLOBAL, "", NONE, project, "show how far annotators agree, and where they do not") \
  X(PANE_JOBS,       "jobs",            "0, g j",           GLOBAL, "", NONE, project, "show what runs and what ran, and how it ended") \
  X(NEXT_STEP,       "next-step",       "x",                GLOBAL, "", NONE, writable, "start the next step of the method") \
  X(SHOW_PROMPT,     "prompt",          "",                 GLOBAL, "NAME [DOCUMENT]", NONE, project, "show what a model is asked for the selected document") \
  X(GENERATE,        "generate",        "",                 GLOBAL, "[MODEL [ROLE]]", NONE, writable, "have a model write a document for each topic, as a job") \
  X(JUDGE,           "judge",           "",                 GLOBAL, "QUESTION", NONE, writable, "judge documents: subjectivity, plausibility or topic") \
  X(TRANSLATE,       "translate",       "",                 GLOBAL, "[TAG]", NONE, writable, "have a model translate documents into English, or TAG, as a job") \
  X(CANCEL_JOB,      "cancel-job",      "C-x",              GLOBAL, "", NONE, job, "stop the job that runs; what it has done stays") \
  X(IMPORT,          "import",          "i",                OVERVIEW, "FILE", FILE, writable, "import documents or expressions from a file or a folder") \
  X(TOPIC_NEXT,      "next-topic",      "}, J",             DOCUMENTS, "", NONE, nothing, "show the next topic") \
  X(TOPIC_PREVIOUS,  "previous-topic",  "{, K",             DOCUMENTS, "", NONE, nothing, "show the previous topic") \
  X(DOCUMENT_NEXT,   "next-document",   ".",                DOCUMENTS, "", NONE, nothing, "show the topic's next document on this side") \
  X(DOCUMENT_PREVIOUS, "previous-document", ",",            DOCUMENTS, "", NONE, nothing, "show the topic's previous document on this side") \
  X(SIDE_CULTURE,    "culture",         "c",                DOCUMENTS, "[CULTURE]", NONE, nothing, "show the next culture, or CULTURE, on this side") \
  X(SIDE_MODEL,      "model",           "m",                DOCUMENTS, "[MODEL]", NONE, nothing, "show the next model, or MODEL, on this side") \
  X(SIDE_ROLE,       "role",            "r",                DOCUMENTS, "[ROLE]", NONE, nothing, "show the model in its next role, or in ROLE") \
  X(SWAP_SIDES,      "swap-sides",      "w",                DOCUMENTS, "", NONE, nothing, "change places with the document beside") \
  X(DOCUMENT_COLUMNS, "columns",        "|",                DOCUMENTS, "[N]", NONE, nothing, "show one document more side by side, or N") \
  X(PRESENT,         "present",         "p",                DOCUMENTS, "[SECONDS]", NONE, nothing, "show pairs to an audience: Space next, v codes, q ends") \
  X(TRANSLATION,     "translation",     "t",                DOCUMENTS, "", NONE, nothing, "read the machine translation of this side, or the text again") \
  X(EVIDENCE,        "evidence",        "v",                DOCUMENTS | DOVE_CONTEXT_JUDGING, "", NONE, nothing, "go to the next evidence of the code") \
  X(BUILD,           "build",           "b",                ITERATIONS, "", NONE, writable, "build a codebook as a job; a form asks how") \
  X(RESUME,          "resume",          "r",                ITERATIONS, "", NONE, writable, "refine on from this iteration, as a new run") \
  X(USE_ITERATION,   "use-iteration",   "c",                ITERATIONS, "", NONE, writable, "use this iteration for coding and scoring") \
  X(DIFFERENCE,      "difference",      "d",                ITERATIONS, "[[RUN:]t]", NONE, iterations, "compare with the iteration before, t, or another run's") \
  X(DECISION_KIND,   "kind",            "f",                DECISIONS, "[KIND]", NONE, nothing, "show one kind only: split, merge, recreate, or all") \
  X(DECISION_ITERATION, "only-iteration", "i",              DECISIONS, "[t]", NONE, nothing, "show only what led to the iteration looked at, or to t") \
  X(DECISION_OUTCOME, "outcome",        "o",                DECISIONS, "", NONE, nothing, "show what was done, what was left, or both") \
  X(REVIEW_AGREE,    "agree",           "a",                DECISIONS, "[NOTE]", NONE, writable, "agree with the decision") \
  X(REVIEW_DISAGREE, "disagree",        "d",                DECISIONS, "[NOTE]", NONE, writable, "disagree with the decision") \
  X(REVIEW_COMMENT,  "comment",         "c",                DECISIONS, "WORDS", NONE, writable, "comment on the decision") \
  X(REVIEW_VETO,     "veto",            "v",                DECISIONS, "[NOTE]", NONE, writable, "veto the decision; what that would do is shown first") \
  X(REVIEW_WITHDRAW, "withdraw",        "W",                DECISIONS, "", NONE, writable, "withdraw the newest review of the decision, or restore it") \
  X(FORCE_MERGE,     "merge",           "M",                DECISIONS | DOVE_CONTEXT_CODES, "[CODE]", CODE, writable, "merge the code into another; what it would do comes first") \
  X(FORCE_SPLIT,     "split",           "X",                DECISIONS | DOVE_CONTEXT_CODES, "", NONE, writable, "split the code; what it would do comes first") \
  X(FORCE_NAME,      "rename",          "r",                DECISIONS | DOVE_CONTEXT_CODES, "[NAME]", NONE, writable, "give the code another name; what it would do comes first") \
  X(RUN_OVERRIDES,   "run-overrides",   "b",                DECISIONS | DOVE_CONTEXT_CODES, "", NONE, writable, "start a run with what reviewers want; a form asks how") \
  X(ON_MAP,          "on-map",          "m",                CODES, "", NONE, nothing, "show the code on the map") \
  X(CODE_VIEW,       "view",            "v",                CODES, "[VIEW]", NONE, nothing, "show numbers, usage by culture and model, or two sides") \
  X(FIRST_SIDE,      "first-side",      "c",                CODES, "[NAME]", SIDE, nothing, "compare two sides; the next culture or model, or NAME, first") \
  X(SECOND_SIDE,     "second-side",     "C",                CODES, "[NAME]", SIDE, nothing, "compare two sides; the next culture or model, or NAME, second") \
  X(DRAW_MAP,        "draw-map",        "m",                MAP, "", NONE, writable, "draw the map of all expressions as a job") \
  X(ZOOM_IN,         "zoom-in",         "+, =",             MAP, "", NONE, nothing, "see a smaller part, larger; the wheel does too") \
  X(ZOOM_OUT,        "zoom-out",        "-",                MAP, "", NONE, nothing, "see a larger part") \
  X(ZOOM_ALL,        "whole-map",       "w",                MAP, "", NONE, nothing, "see the whole map; dragging moves it") \
  X(MAP_COLOUR,      "colour",          "c",                MAP, "[BY]", NONE, nothing, "colour points by culture, source, code or none") \
  X(MAP_ONLY,        "only",            "o",                MAP, "[NAME]", NONE, nothing, "show one culture, source or code alone, then all") \
  X(MAP_NAMES,       "names",           "t",                MAP, "", NONE, nothing, "write the names of codes, or not") \
  X(COMPARE,         "compare",         "d",                SCORES, "", NONE, nothing, "compare all with this model, or this run; again: stop") \
  X(INTERVALS,       "intervals",       "i",                SCORES, "", NONE, writable, "draw the intervals of the differences as a job") \
  X(SCORE,           "score",           "r",                SCORES, "", NONE, writable, "score models beside cultures as a job; a form asks how") \
  X(JUDGE_THIS,      "judge-this",      "a",                DOCUMENTS | DOVE_CONTEXT_CODES, "", NONE, nothing, "judge this in a round of annotation") \
  X(START_ROUND,     "start-round",     "r",                ANNOTATE, "", NONE, writable, "start a round; a form asks what is drawn") \
  X(CLOSE_ROUND,     "close-round",     "",                 ANNOTATE, "", NONE, writable, "close the round; then everybody's answers are shown") \
  X(DISCUSS,         "discuss",         "o",                ANNOTATE, "", NONE, nothing, "go to the next tie or flag, to settle it") \
  X(ANNOTATOR,       "annotator",       "w",                ANNOTATE | DOVE_CONTEXT_DECISIONS, "[NAME]", NONE, nothing, "say who is at work") \
  X(ANSWER_YES,      "yes",             "y",                JUDGING, "", NONE, writable, "answer yes; the next comes by itself") \
  X(ANSWER_NO,       "no",              "n",                JUDGING, "", NONE, writable, "answer no") \
  X(ANSWER_SKIP,     "skip",            "s",                JUDGING, "", NONE, writable, "skip: not answered, and not a disagreement") \
  X(ANSWER_FLAG,     "flag",            "f",                JUDGING, "", NONE, writable, "flag: not answered, to be talked about") \
  X(NOTE,            "note",            "i, e",             JUDGING, "[TEXT]", NONE, writable, "write a note that is kept with the answer") \
  X(ITEM_PREVIOUS,   "previous-item",   "[, Backspace",     JUDGING, "", NONE, nothing, "go back, to change an answer") \
  X(ITEM_NEXT,       "next-item",       "]",                JUDGING, "", NONE, nothing, "go on without answering") \
  X(ADD_CODE,        "add-code",        "a",                JUDGING, "[NAME]", NONE, writable, "add a value that no code covers") \
  X(MARK_SPAN,       "mark-span",       "m",                JUDGING, "", NONE, writable, "add such a value with its place in the text; dragging does too") \
  X(ALL_CODES,       "all-codes",       "t",                JUDGING, "", NONE, nothing, "show the document's codes together, or one by one") \
  X(QUOTES,          "quotes",          "d",                JUDGING, "", NONE, nothing, "show the code's quotes, or the text again") \
  X(INSTRUCTION,     "instruction",     "I",                JUDGING, "", NONE, nothing, "show all of the instruction, or its start") \
  X(AGREEMENT_ITEMS, "disagreements",   "d",                AGREEMENT, "", NONE, nothing, "list disagreements, then what is to be discussed, then all") \
  X(AGREEMENT_GROUP, "group",           "f",                AGREEMENT, "[KIND]", NONE, nothing, "compare by one kind: culture, source, code, document, all") \
  X(AGREEMENT_WIDTH, "width",           "w",                AGREEMENT, "W", NONE, nothing, "show how many more items an interval of width W needs") \
  X(AGREEMENT_CODE,  "show-code",       "o",                AGREEMENT, "", NONE, nothing, "show the code of the item") \
  X(AGREEMENT_ROUND, "judge-again",     "r",                AGREEMENT, "[INSTRUCTION]", NONE, writable, "start a round with the disagreements of this one") \
  X(AGREEMENT_CONSENSUS, "consensus",   "c",                AGREEMENT | DOVE_CONTEXT_JUDGING, "[yes|no NOTE]", NONE, writable, "set the label that a discussion came to") \
  X(RETRY_JOB,       "retry",           "R",                OVERVIEW | DOVE_CONTEXT_ITERATIONS | DOVE_CONTEXT_MAP | DOVE_CONTEXT_SCORES | DOVE_CONTEXT_JOBS, "", NONE, writable, "try again the job that failed or was stopped") \
  X(RETRY_FAILED,    "retry-failed",    "F",                JOBS, "", NONE, writable, "ask models again only what failed in this job") \
  X(CONCURRENCY,     "concurrency",     "",                 JOBS, "N", NONE, nothing, "let the job that runs have N requests at once") \
  X(MORE_AT_ONCE,    "more-at-once",    "}",                JOBS, "", NONE, nothing, "let the job that runs have more requests at once") \
  X(FEWER_AT_ONCE,   "fewer-at-once",   "{",                JOBS, "", NONE, nothing, "let the job that runs have fewer requests at once") \
  X(WEIGHTS,         "weights",         "=",                GLOBAL, "", NONE, project, "show weights, which a blind round hides while you judge it") \
  X(MENU,            "menu",            "F10",              GLOBAL, "", NONE, nothing, "show the menu of panes") \
  X(COMMAND,         "command",         ":",                GLOBAL, "", NONE, nothing, "give a command by name") \
  X(HELP,            "help",            "?, F1",            GLOBAL, "[WORDS]", COMMAND, nothing, "show the keys and commands; search with /") \
  X(MESSAGES,        "messages",        "",                 GLOBAL, "", NONE, nothing, "show the messages so far") \
  X(REFRESH,         "refresh",         "F5",               GLOBAL, "", NONE, nothing, "read the project again") \
  X(REDRAW,          "redraw",          "C-l",              GLOBAL, "", NONE, nothing, "draw the screen anew") \
  X(THEME,           "theme",           "",                 GLOBAL, "NAME", THEME, nothing, "choose the colours: dark, light, mono, high-contrast") \
  X(ASCII,           "ascii",           "",                 GLOBAL, "", NONE, nothing, "draw with ASCII characters only, or not") \
  X(MOUSE,           "mouse",           "",                 GLOBAL, "", NONE, nothing, "switch the mouse on or off") \
  X(SCREENSHOT,      "screenshot",      "",                 GLOBAL, "FILE", FILE, nothing, "save the screen as .txt, .ansi or .svg") \
  X(PERF,            "perf",            "",                 GLOBAL, "", NONE, nothing, "show how long it takes from a key to its repaint") \
  X(SUSPEND,         "suspend",         "C-z",              GLOBAL, "", NONE, nothing, "suspend the program; 'fg' in the shell returns to it") \
  X(QUIT,            "quit",            "Q",                GLOBAL, "", NONE, nothing, "leave the explorer")
/* clang-format on */

#endif
