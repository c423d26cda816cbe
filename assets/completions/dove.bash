# Completion of dove for bash. Made from the program's tables by `make generated`.
_dove() {
  local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} verb=${COMP_WORDS[1]} words=
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -f -W ' new config info check export demo import extract embed build code usage score compare generate judge translate prompts study review annotate compute vectors explore version help' -- "$word"))
    return
  fi
  case $verb in
    study) [ "$COMP_CWORD" -gt 2 ] || { COMPREPLY=($(compgen -W 'predictive convergent discriminant priming' -- "$word")); return; }
      verb="$verb ${COMP_WORDS[2]}" ;;
    compute) [ "$COMP_CWORD" -gt 2 ] || { COMPREPLY=($(compgen -W 'uot cluster assign kappa alpha correlation' -- "$word")); return; }
      verb="$verb ${COMP_WORDS[2]}" ;;
    vectors) [ "$COMP_CWORD" -gt 2 ] || { COMPREPLY=($(compgen -W 'convert' -- "$word")); return; }
      verb="$verb ${COMP_WORDS[2]}" ;;
  esac
  case "$verb $before" in
    'new --preset') COMPREPLY=($(compgen -W 'paper' -- "$word")); return ;;
    'export --format') COMPREPLY=($(compgen -W 'json jsonl csv npy md html qdc qdpx doccano label-studio prodigy' -- "$word")); return ;;
    'export --role') COMPREPLY=($(compgen -W 'recognizer embedder namer decoder examinee judge translator' -- "$word")); return ;;
    'export --answers') COMPREPLY=($(compgen -W 'all none' -- "$word")); return ;;
    'import --as') COMPREPLY=($(compgen -W 'documents expressions annotations codebook batch' -- "$word")); return ;;
    'study predictive --missing') COMPREPLY=($(compgen -W 'zero skip' -- "$word")); return ;;
    'annotate --target') COMPREPLY=($(compgen -W 'document code' -- "$word")); return ;;
    'annotate --question') COMPREPLY=($(compgen -W 'present meaningful redundant' -- "$word")); return ;;
    'annotate --answer') COMPREPLY=($(compgen -W 'yes no skip flag withdrawn' -- "$word")); return ;;
    'compute uot --entropic') COMPREPLY=($(compgen -W 'plain kl' -- "$word")); return ;;
    'compute cluster --metric') COMPREPLY=($(compgen -W 'cosine euclidean' -- "$word")); return ;;
    *' --start') COMPREPLY=($(compgen -W ' down up top bottom half-page-down half-page-up page-down page-up left right open back next-part previous-part maximise search search-next search-previous filter clear sort sort-invert previous-iteration next-iteration iteration copy export set undo redo overview iterations decisions codes documents map scores annotate agreement jobs next-step prompt generate judge translate cancel-job import next-topic previous-topic next-document previous-document culture model role swap-sides columns present translation evidence build resume use-iteration difference kind only-iteration outcome agree disagree comment veto withdraw merge split rename run-overrides on-map view first-side second-side draw-map zoom-in zoom-out whole-map colour only names compare intervals score judge-this start-round close-round discuss annotator yes no skip flag note previous-item next-item add-code mark-span all-codes quotes instruction disagreements group width show-code judge-again consensus retry retry-failed concurrency more-at-once fewer-at-once weights menu command help messages refresh redraw theme ascii mouse screenshot perf suspend quit' -- "$word")); return ;;
  esac
  case $verb in
    'new') words=' --preset --set --quiet --log --help' ;;
    'config') words=' --reset --json --quiet --log --help' ;;
    'info') words=' --json --quiet --log --help' ;;
    'check') words=' --repair --json --quiet --log --help' ;;
    'export') words='documents expressions vectors codebook coding decisions iterations scores spans annotations batch bundle --output --format --round --run --at --explain --role --model --playing --samples --answers --json --quiet --log --help' ;;
    'demo') words=' --dir --no-ui --json --quiet --threads --log --help' ;;
    'import') words=' --as --skip-bad --culture --source --topic --lang --role --embedder --json --quiet --log --help' ;;
    'extract') words=' --limit --dry-run --budget --retry-failed --json --quiet --threads --log --help' ;;
    'embed') words=' --again --dry-run --budget --retry-failed --json --quiet --threads --log --help' ;;
    'build') words=' --iterations --resume-from --run --with-overrides --overrides-only --fresh --dry-run --budget --retry-failed --json --quiet --seed --threads --log --help' ;;
    'code') words=' --text --lang --json --quiet --threads --log --help' ;;
    'usage') words=' --first --second --run --at --json --quiet --log --help' ;;
    'score') words=' --model --culture --role --bootstrap --run --at --anew --explain --json --quiet --seed --threads --log --help' ;;
    'compare') words=' --run --against --model --role --bootstrap --json --quiet --seed --threads --log --help' ;;
    'generate') words=' --model --role --samples --lang --dry-run --budget --retry-failed --json --quiet --log --help' ;;
    'judge') words='subjectivity plausibility topic --models --limit --dry-run --budget --retry-failed --json --quiet --log --help' ;;
    'translate') words=' --to --limit --dry-run --budget --retry-failed --json --quiet --log --help' ;;
    'prompts') words='recognizer namer decoder examinee examinee_role topic plausibility subjectivity translator --set --reset --json --quiet --log --help' ;;
    'study predictive') words=' --scores --downstream --missing --json --quiet --log --help' ;;
    'study convergent') words=' --scores --json --quiet --log --help' ;;
    'study discriminant') words=' --scores --json --quiet --log --help' ;;
    'study priming') words=' --scores --json --quiet --log --help' ;;
    'review') words='list agree disagree comment veto merge split rename withdraw restore --as --decision --code --into --name --note --run --at --review --all --dry-run --rules --json --quiet --threads --log --help' ;;
    'annotate') words='start rounds close items judge undo redo add reveal progress discuss consensus agreement shift export import --as --round --target --rule --parent --name --instruction --open --blind-first --item --question --answer --other --note --document --code --span --steps --open-only --limit --groups --bootstrap --width --fresh --output --json --quiet --seed --threads --log --help' ;;
    'compute uot') words=' --cost --a --b --epsilon --tau --entropic --tolerance --max-iterations --output --json --quiet --threads --log --help' ;;
    'compute cluster') words=' --umap-dim --neighbors --min-dist --min-cluster-size --min-samples --no-umap --metric --embedding --output --json --quiet --seed --threads --log --help' ;;
    'compute assign') words=' --centroids --sigma2 --output --json --quiet --threads --log --help' ;;
    'compute kappa') words=' --json --quiet --log --help' ;;
    'compute alpha') words=' --json --quiet --log --help' ;;
    'compute correlation') words=' --json --quiet --log --help' ;;
    'vectors convert') words=' --output --words --json --quiet --log --help' ;;
    'explore') words=' --theme --ascii --no-mouse --start --quiet --threads --log --help' ;;
    'version') words=' --json --quiet --log --help' ;;
    'help') words=' --quiet --log --help' ;;
  esac
  case $word in
    -*) COMPREPLY=($(compgen -W "$words" -- "$word")) ;;
    *) COMPREPLY=($(compgen -f -W "${words%%--*}" -- "$word")) ;;
  esac
}
complete -o filenames -F _dove dove
