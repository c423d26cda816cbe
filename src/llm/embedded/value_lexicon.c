#include "llm/embedded/value_lexicon.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "llm/embedded/inflection.h"

typedef struct value_row {
  const char *name;
  const char *words; /* divided by spaces; those before "|" are the value itself, those after it speak of it */
} value_row;

/* One row for each value. Base forms are enough: inflected ones are found through inflection_base(). */
static const value_row rows[] = {
    {"honesty", "honesty truthfulness sincerity candor candour|honest truth truthful sincere lie cheat deceive"},
    {"integrity", "integrity uprightness|principled incorruptible"},
    {"fairness", "fairness|fair fairly unfair impartial equitable"},
    {"justice", "justice|just injustice unjust"},
    {"equality", "equality equity|equal equally inequality discriminate discrimination"},
    {"freedom", "freedom liberty|freely oppress"},
    {"autonomy", "autonomy self-determination self-reliance|autonomous self-reliant"},
    {"independence", "independence|independent independently"},
    {"freedom of choice", "|choose choice decide"},
    {"responsibility", "responsibility accountability|responsible responsibly accountable"},
    {"duty", "duty obligation|obliged dutiful"},
    {"respect", "respect|respectful respectfully disrespect"},
    {"dignity", "dignity|dignified humiliate"},
    {"tolerance", "tolerance open-mindedness|tolerant open-minded intolerance"},
    {"acceptance", "acceptance|accept"},
    {"inclusion", "inclusion inclusiveness inclusivity|inclusive exclude include"},
    {"diversity", "diversity pluralism|diverse"},
    {"compassion", "compassion mercy|compassionate suffering"},
    {"empathy", "empathy|empathetic empathize"},
    {"kindness", "kindness gentleness benevolence|kind gentle"},
    {"generosity", "generosity charity|generous generously donate charitable"},
    {"helping others", "helpfulness|help assist assistance"},
    {"mutual support", "|support supportive"},
    {"care for others", "caring caregiving|care"},
    {"altruism", "altruism selflessness|altruistic selfless selfish selfishness"},
    {"love", "love affection|loving"},
    {"friendship", "friendship|friend"},
    {"family", "family togetherness|parent parental"},
    {"filial devotion", "filial|elder ancestor"},
    {"loyalty", "loyalty fidelity faithfulness|loyal faithful betray"},
    {"trust", "trust trustworthiness|trustworthy"},
    {"forgiveness", "forgiveness reconciliation|forgive forgiving reconcile"},
    {"gratitude", "gratitude thankfulness|grateful thankful thank"},
    {"humility", "humility modesty|humble modest humbly"},
    {"courage", "courage bravery|courageous brave bravely"},
    {"perseverance", "perseverance persistence determination grit|persevere persist persistent determined"},
    {"resilience", "resilience|resilient"},
    {"patience", "patience|patient patiently"},
    {"hard work", "diligence industriousness|diligent hardworking hard-working"},
    {"effort", "effort|strive"},
    {"discipline", "discipline self-discipline self-control|disciplined"},
    {"moderation", "moderation temperance restraint|moderate excess excessive"},
    {"thrift", "thrift frugality|thrifty frugal waste"},
    {"ambition", "ambition aspiration|ambitious aspire"},
    {"achievement", "achievement accomplishment|achieve accomplish"},
    {"success", "success|succeed successful"},
    {"excellence", "excellence mastery craftsmanship|excel"},
    {"professional competence", "competence proficiency expertise|competent proficient skilled"},
    {"education", "education schooling|educate educational teach school teacher"},
    {"love of learning", "learning|learn study"},
    {"knowledge", "knowledge|knowledgeable"},
    {"wisdom", "wisdom prudence|wise wisely prudent"},
    {"curiosity", "curiosity|curious inquire"},
    {"critical thinking", "reasoning rationality|critically rational analytical"},
    {"creativity", "creativity imagination originality|creative imaginative"},
    {"innovation", "innovation|innovate innovative invent"},
    {"scientific progress", "progress advancement|advance"},
    {"personal growth", "self-improvement self-development|grow growth"},
    {"self-expression", "self-expression|express expression"},
    {"self-respect", "self-respect self-esteem self-worth self-confidence confidence|confident"},
    {"authenticity", "authenticity individuality|authentic genuine"},
    {"identity", "identity|"},
    {"purpose", "purposefulness|purpose meaning meaningful purposeful"},
    {"happiness", "happiness joy contentment|happy enjoy enjoyment joyful"},
    {"well-being", "well-being wellbeing welfare wellness|"},
    {"health", "health fitness|healthy healthily unhealthy exercise"},
    {"safety", "safety|safe safely unsafe danger dangerous"},
    {"security", "security stability|secure"},
    {"protection of others", "protection|protect safeguard"},
    {"harm avoidance", "nonviolence|harm harmful hurt abuse"},
    {"peace", "peace pacifism|peaceful peacefully war violence"},
    {"harmony", "harmony|harmonious"},
    {"balance of life", "|leisure rest relax relaxation"},
    {"cooperation", "cooperation collaboration co-operation|cooperate collaborate cooperative collaborative"},
    {"teamwork", "teamwork|team"},
    {"solidarity", "solidarity unity|unite united"},
    {"community", "community belonging fellowship|neighbor neighbour communal"},
    {"social responsibility", "volunteering volunteerism|volunteer contribute contribution"},
    {"competition", "competition competitiveness|compete competitive"},
    {"leadership", "leadership|leader"},
    {"communication", "communication dialogue|communicate listen"},
    {"tradition", "tradition heritage|traditional custom inherit"},
    {"cultural preservation", "|culture preserve preservation"},
    {"cultural understanding", "|intercultural cross-cultural"},
    {"patriotism", "patriotism|patriotic homeland"},
    {"faith", "faith spirituality religion|religious spiritual god"},
    {"environmental protection",
     "sustainability conservation|environment environmental nature pollution recycle sustainable climate"},
    {"animal welfare", "|animal"},
    {"human rights", "rights|"},
    {"democracy", "democracy participation|democratic vote participate"},
    {"rule of law", "lawfulness|law legal obey"},
    {"regulation", "regulation|ban prohibit forbid regulate restrict control censor"},
    {"punishment of wrongs", "|punish punishment penalty crime criminal"},
    {"privacy", "privacy|private"},
    {"transparency", "transparency openness|transparent openly"},
    {"efficiency", "efficiency productivity|efficient efficiently productive"},
    {"practicality", "practicality|practical hands-on"},
    {"adaptability", "adaptability flexibility|adapt adaptable flexible"},
    {"prosperity", "prosperity wealth|prosper prosperous"},
    {"financial security", "|money salary income afford financial financially"},
    {"equal opportunity", "opportunity|access accessible"},
    {"convenience", "convenience comfort|convenient comfortable"},
    {"caution", "caution carefulness|careful cautious carefully"},
    {"optimism", "optimism hope|hopeful optimistic"},
    {"beauty", "beauty|beautiful aesthetic"},
    {"artistic expression", "|art artist artistic theater theatre museum"},
    {"simplicity", "simplicity minimalism|"},
    {"hospitality", "hospitality|hospitable guest"},
    {"reciprocity", "reciprocity|reciprocal"},
    {"civility", "civility politeness courtesy|polite courteous politely"},
    {"tact", "tact|tactful"},
    {"honor", "honor honour|honorable honourable"},
    {"reputation", "reputation|"},
    {"punctuality", "punctuality|punctual"},
    {"morality", "morality ethics virtue|moral ethical ethically immoral unethical"},
    {"empowerment", "empowerment|empower"},
    {"awareness", "awareness consciousness mindfulness|aware mindful"},
    {"mutual understanding", "understanding|understand"},
    {"sharing", "sharing|share"},
    {"practical experience", "experience|"},
    {"guidance", "guidance mentorship|guide mentor"},
    {"parental care", "parenthood parenting|child children"},
    {"meaningful work", "|job career"},
    {"recognition", "recognition appreciation|appreciate"},
    {"adventure", "adventure exploration|explore travel"},
    {"initiative", "initiative|proactive"},
    {"commitment", "commitment dedication devotion|committed dedicated"},
    {"reliability", "reliability dependability|reliable dependable promise"},
    {"self-care", "self-care|"},
    {"conflict resolution", "compromise|resolve negotiate"},
};

static const struct {
  const char *phrase, *name;
} phrases[] = {
    {"academic freedom", "academic freedom"},
    {"animal rights", "animal welfare"},
    {"animal welfare", "animal welfare"},
    {"civic duty", "civic duty"},
    {"common good", "common good"},
    {"common sense", "practical wisdom"},
    {"critical thinking", "critical thinking"},
    {"cultural exchange", "cultural understanding"},
    {"cultural understanding", "cultural understanding"},
    {"economic growth", "prosperity"},
    {"environmental protection", "environmental protection"},
    {"equal rights", "equal rights"},
    {"health care", "access to healthcare"},
    {"individual rights", "individual rights"},
    {"law and order", "law and order"},
    {"sustainable development", "sustainability"},
    {"equal opportunities", "equal opportunity"},
    {"equal opportunity", "equal opportunity"},
    {"equal pay", "equal pay"},
    {"fair play", "fair play"},
    {"family life", "family"},
    {"family ties", "family bonds"},
    {"free speech", "freedom of speech"},
    {"free time", "free time"},
    {"freedom of choice", "freedom of choice"},
    {"freedom of expression", "freedom of expression"},
    {"freedom of speech", "freedom of speech"},
    {"gender equality", "gender equality"},
    {"global awareness", "global awareness"},
    {"global citizenship", "global citizenship"},
    {"good health", "health"},
    {"hard work", "hard work"},
    {"healthy lifestyle", "healthy living"},
    {"human dignity", "human dignity"},
    {"human life", "sanctity of life"},
    {"human rights", "human rights"},
    {"independent thinking", "independent thinking"},
    {"inner peace", "inner peace"},
    {"interpersonal skills", "interpersonal skills"},
    {"job satisfaction", "job satisfaction"},
    {"lifelong learning", "lifelong learning"},
    {"mental health", "mental health"},
    {"mutual understanding", "mutual understanding"},
    {"open mind", "open-mindedness"},
    {"personal freedom", "personal freedom"},
    {"personal growth", "personal growth"},
    {"physical activity", "physical health"},
    {"physical exercise", "physical health"},
    {"physical health", "physical health"},
    {"positive attitude", "optimism"},
    {"problem solving", "problem solving"},
    {"public health", "public health"},
    {"public safety", "public safety"},
    {"public transport", "public transport"},
    {"quality of life", "quality of life"},
    {"rule of law", "rule of law"},
    {"self awareness", "self-awareness"},
    {"sense of belonging", "belonging"},
    {"sense of community", "community"},
    {"sense of responsibility", "responsibility"},
    {"social justice", "social justice"},
    {"social life", "social connection"},
    {"social skills", "social skills"},
    {"soft skills", "interpersonal skills"},
    {"stand up", "courage"},
    {"take care", "care for others"},
    {"team spirit", "team spirit"},
    {"team work", "teamwork"},
    {"time management", "time management"},
    {"work ethic", "work ethic"},
    {"work hard", "hard work"},
    {"world peace", "peace"},
};

static const char *const modifiers[] = {
    "academic",     "artistic",      "civic",         "collective", "communal",      "creative",   "cultural",
    "democratic",   "digital",       "economic",      "emotional",  "environmental", "equal",      "family",
    "filial",       "financial",     "gender",        "global",     "human",         "individual", "inner",
    "intellectual", "intercultural", "legal",         "lifelong",   "marital",       "medical",    "mental",
    "moral",        "mutual",        "national",      "parental",   "personal",      "physical",   "political",
    "practical",    "professional",  "public",        "racial",     "religious",     "romantic",   "scientific",
    "social",       "spiritual",     "technological", "universal",  "workplace",
};

/* The words of all rows in order, made once. */
typedef struct indexed_word {
  const char *word;
  size_t length;
  value_word meaning;
} indexed_word;

enum { INDEX_SIZE = 1024 };

static indexed_word word_index[INDEX_SIZE];
static size_t word_count;
static pthread_once_t word_index_once = PTHREAD_ONCE_INIT;

static int compare_words(const void *a, const void *b) {
  const indexed_word *x = a;
  const indexed_word *y = b;
  const size_t shorter = x->length < y->length ? x->length : y->length;
  const int order = memcmp(x->word, y->word, shorter);
  return order != 0 ? order : (x->length > y->length) - (x->length < y->length);
}

static void index_words(void) {
  for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
    bool is_noun = true;
    for (const char *at = rows[i].words; *at != '\0' && word_count < INDEX_SIZE;) {
      const size_t length = strcspn(at, " |");
      if (length > 0) word_index[word_count++] = (indexed_word){at, length, {rows[i].name, is_noun}};
      at += length;
      if (*at == '|') is_noun = false;
      if (*at != '\0') at++;
    }
  }
  qsort(word_index, word_count, sizeof word_index[0], compare_words);
}

static value_word find_exact(const char *word, size_t length) {
  const indexed_word key = {.word = word, .length = length};
  const indexed_word *found = bsearch(&key, word_index, word_count, sizeof word_index[0], compare_words);
  return found != NULL ? found->meaning : (value_word){0};
}

value_word value_lexicon_find(const char *word) {
  pthread_once(&word_index_once, index_words);
  value_word found = find_exact(word, strlen(word));
  char base[64];
  for (size_t rule = 0; found.name == NULL;) {
    const size_t length = inflection_base(word, strlen(word), &rule, base, sizeof base);
    if (length == 0) break;
    found = find_exact(base, length);
  }
  return found;
}

const char *value_lexicon_phrase(const char *phrase) {
  for (size_t i = 0; i < sizeof phrases / sizeof phrases[0]; i++)
    if (strcmp(phrases[i].phrase, phrase) == 0) return phrases[i].name;
  return NULL;
}

static int compare_text(const void *key, const void *item) { return strcmp(key, *(const char *const *)item); }

bool value_lexicon_is_modifier(const char *word) {
  return bsearch(word, modifiers, sizeof modifiers / sizeof modifiers[0], sizeof modifiers[0], compare_text) != NULL;
}
