#include "llm/embedded/word_list.h"

#include <stddef.h>
#include <string.h>

bool word_in(const char *word, const char *list) {
  const size_t length = strlen(word);
  for (const char *at = list; *at != '\0';) {
    const size_t size = strcspn(at, " ");
    if (size == length && memcmp(at, word, length) == 0) return true;
    at += size;
    while (*at == ' ') at++;
  }
  return false;
}

bool is_stop_word(const char *word) {
  return word_in(word,
                 "a an the this that these those some any each every all both either neither no none such same other "
                 "another own one two i me my myself we us our ourselves you your yourself he him his she her it its "
                 "itself they them their themselves people person someone everyone anyone somebody everybody who whom "
                 "whose which what when where why how and or but nor so yet if then than as of at by for with about "
                 "against between into through during before after above below to from up down in out on off over "
                 "under again further once here there be is are was were been being am have has had having do does "
                 "did doing done can could may might must shall should will would ought need needs dare not never "
                 "n't only just very too also even still more most less least much many few little lot lots quite "
                 "rather really always often sometimes usually ever however therefore thus hence because since while "
                 "although though unless until whether within without upon toward towards among around like make "
                 "makes made making get gets got take takes took give gives given put let keep go goes come comes "
                 "become becomes thing things way ways good better best bad well new old first last able important "
                 "essential crucial vital necessary certain several different various especially instead order "
                 "today nowadays time times day days year years don't doesn't can't won't isn't aren't it's");
}
