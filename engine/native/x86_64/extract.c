/*
 * Reads the object file of the stencils and writes them as a table in C: run by make, on the machine that builds.
 *
 *   extract OBJECT TABLE > OUTPUT
 *
 * Each function op_NAME is cut into instructions. Jumps within it that lead to a jump out are made to go there at once, the jump to the next op at its end is
 * left out, and "jump to the next if, else elsewhere" is turned round. What then still jumps within itself keeps its bytes as they are; in all else,
 * displacements and immediates are marked where they may shrink to a byte. A function that calls, or has a relocation that means nothing here, becomes no stencil:
 * such ops are left to the interpreter.
 */
#include <elf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "engine/native/x86_64/decode.h"
#include "engine/native/x86_64/stencil.h"

#define MOST_INSNS 256
#define MOST_BYTES 1024
#define OUT        (-1) /* a jump's target: a symbol */
#define NOWHERE    (-2)

static __attribute__((noreturn, format(printf, 1, 2))) void fail(const char *format, ...)
{
    va_list args;
    va_start(args, format);
    fputs("extract: ", stderr);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

/* ---- The object file ---- */

static uint8_t *file;
static size_t file_size;
static const Elf64_Ehdr *header;
static const Elf64_Shdr *sections;
static const Elf64_Sym *symbols;
static size_t nsymbols;
static const char *symbol_names;

static void *at_offset(uint64_t offset, uint64_t size)
{
    if (offset > file_size || size > file_size - offset)
        fail("a section lies outside of the file");
    return file + offset;
}

static void read_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        fail("%s: %s", path, strerror(errno));
    size_t room = 1 << 20;
    file = malloc(room);
    for (size_t n = 1; file && n > 0; file_size += n) {
        if (file_size == room)
            file = realloc(file, room *= 2);
        n = file ? fread(file + file_size, 1, room - file_size, f) : 0;
    }
    if (!file || ferror(f))
        fail("%s: %s", path, file ? "cannot be read" : "memory is exhausted");
    fclose(f);
}

static void open_object(const char *path)
{
    read_file(path);
    header = at_offset(0, sizeof *header);
    if (memcmp(header->e_ident, ELFMAG, SELFMAG) != 0 || header->e_machine != EM_X86_64 ||
        header->e_type != ET_REL)
        fail("%s is not an object file for x86-64", path);
    sections = at_offset(header->e_shoff, (uint64_t)header->e_shnum * sizeof *sections);
    for (unsigned i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type != SHT_SYMTAB)
            continue;
        symbols = at_offset(sections[i].sh_offset, sections[i].sh_size);
        nsymbols = sections[i].sh_size / sizeof *symbols;
        const Elf64_Shdr *names = &sections[sections[i].sh_link];
        symbol_names = at_offset(names->sh_offset, names->sh_size);
    }
    if (!symbols)
        fail("%s has no symbols", path);
}

static const char *name_of(const Elf64_Sym *s)
{
    return symbol_names + s->st_name;
}

/* ---- Constants ---- */

static uint8_t pool[32768];
static uint32_t pool_size;
static uint32_t pool_of_section[65536]; /* where a section was put, plus 1 */

static uint32_t pool_place(unsigned section)
{
    if (pool_of_section[section] == 0) {
        const Elf64_Shdr *s = &sections[section];
        pool_size = (pool_size + 15) & ~15U;
        if (s->sh_size > sizeof pool - pool_size)
            fail("too many constants");
        memcpy(pool + pool_size, at_offset(s->sh_offset, s->sh_size), s->sh_size);
        pool_of_section[section] = pool_size + 1;
        pool_size += (uint32_t)s->sh_size;
    }
    return pool_of_section[section] - 1;
}

/* ---- A function ---- */

struct part {
    struct insn insn;
    int target;  /* of a jump: number of a part, OUT or NOWHERE */
    uint8_t out; /* OUT: the kind of hole */
    bool dropped, reached;
    uint8_t bytes[16]; /* as they will be written */
    uint32_t len, place;
    struct hole holes[2];
    unsigned nholes;
};

struct function {
    const char *name;
    struct part parts[MOST_INSNS];
    int n;
    const char *refused;
};

static bool kind_of_way(const char *name, uint8_t *kind)
{
    static const struct {
        const char *name;
        uint8_t kind;
    } ways[] = {{"stencil_next", HOLE_next},
                {"stencil_exit", HOLE_exit},
                {"stencil_target", HOLE_target},
                {"stencil_target_paid", HOLE_target_paid},
                {"stencil_callee", HOLE_callee}};
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        if (strcmp(name, ways[i].name) == 0) {
            *kind = ways[i].kind;
            return true;
        }
    return false;
}

static const char *const kind_names[] = {
#define HOLE_KIND(name, bits, is_signed, what) #name,
#include "engine/native/x86_64/holes.def"
#undef HOLE_KIND
};
static const bool kind_signed[] = {
#define HOLE_KIND(name, bits, is_signed, what) is_signed,
#include "engine/native/x86_64/holes.def"
#undef HOLE_KIND
};

/* From hole_KIND_AT. */
static bool kind_of_hole(const char *name, struct hole *h)
{
    if (strncmp(name, "hole_", 5) != 0)
        return false;
    const char *kind = name + 5, *at = strrchr(name, '_') + 1;
    for (size_t i = 0; i < sizeof kind_names / sizeof *kind_names; i++)
        if (strlen(kind_names[i]) == (size_t)(at - 1 - kind) &&
            strncmp(kind, kind_names[i], (size_t)(at - 1 - kind)) == 0) {
            h->kind = (uint8_t)i;
            h->arg = (uint8_t)atoi(at);
            return true;
        }
    return false;
}

static struct part *part_at(struct function *f, uint32_t at)
{
    for (int i = 0; i < f->n; i++)
        if (at >= f->parts[i].insn.at && at < f->parts[i].insn.at + f->parts[i].insn.len)
            return &f->parts[i];
    return NULL;
}

static bool cut(struct function *f, const uint8_t *code, uint32_t len)
{
    for (uint32_t at = 0; at < len; f->n++) {
        if (f->n == MOST_INSNS)
            return f->refused = "too long", false;
        struct part *p = &f->parts[f->n];
        memset(p, 0, sizeof *p);
        if (!insn_decode(code, len, at, &p->insn))
            return f->refused = "has an instruction that is not known", false;
        if (p->insn.flow == FLOW_CALL || p->insn.flow == FLOW_RETURN)
            return f->refused = p->insn.flow == FLOW_CALL ? "calls" : "returns", false;
        p->target = NOWHERE;
        p->len = p->insn.len;
        memcpy(p->bytes, code + at, p->len);
        at += p->len;
    }
    return true;
}

static bool set_hole(struct function *f, struct part *p, const Elf64_Rela *r, const Elf64_Sym *s)
{
    struct hole h = {0};
    uint32_t type = ELF64_R_TYPE(r->r_info);
    int64_t addend = r->r_addend;
    h.at = (uint16_t)(r->r_offset - p->insn.at);
    if (type == R_X86_64_PLT32 && kind_of_way(name_of(s), &p->out)) {
        p->target = OUT;
        return p->insn.flow == FLOW_JUMP || p->insn.flow == FLOW_JCC;
    }
    if (type == R_X86_64_PC32 && kind_of_way(name_of(s), &h.kind)) {
        h.addend = (int16_t)addend;
    } else if (type == R_X86_64_PC32 && s->st_shndx != SHN_UNDEF) {
        h.kind = HOLE_pool;
        addend += pool_place(s->st_shndx) + (int64_t)s->st_value;
    } else if (kind_of_hole(name_of(s), &h)) {
        bool wide = type == R_X86_64_64;
        if (!wide && type != R_X86_64_32 && type != R_X86_64_32S)
            return f->refused = "has a hole of an unknown kind", false;
        if (wide != (h.kind == HOLE_u64 || h.kind == HOLE_address))
            return f->refused = "has a hole of another size", false;
    } else {
        return f->refused = name_of(s), false;
    }
    if (addend < INT16_MIN || addend > INT16_MAX)
        return f->refused = "has a hole with a large addend", false;
    h.addend = (int16_t)addend;
    if (p->nholes == 2)
        return f->refused = "has an instruction with three holes", false;
    p->holes[p->nholes++] = h;
    return true;
}

static bool relocate(struct function *f, unsigned section)
{
    for (unsigned i = 0; i < header->e_shnum; i++) {
        if (sections[i].sh_type != SHT_RELA || sections[i].sh_info != section)
            continue;
        const Elf64_Rela *r = at_offset(sections[i].sh_offset, sections[i].sh_size);
        for (size_t n = sections[i].sh_size / sizeof *r; n > 0; n--, r++) {
            struct part *p = part_at(f, (uint32_t)r->r_offset);
            if (!p || !set_hole(f, p, r, &symbols[ELF64_R_SYM(r->r_info)])) {
                if (!f->refused)
                    f->refused = "has a relocation that is not known";
                return false;
            }
        }
    }
    return true;
}

static bool is_jump(const struct part *p)
{
    return p->insn.flow == FLOW_JUMP || p->insn.flow == FLOW_JCC;
}

/* Which part each jump within leads to. */
static bool resolve(struct function *f, const uint8_t *code)
{
    for (int i = 0; i < f->n; i++) {
        struct part *p = &f->parts[i];
        if (!is_jump(p) || p->target == OUT)
            continue;
        int32_t rel;
        if (p->insn.imm_len == 1)
            rel = (int8_t)code[p->insn.imm_at];
        else
            memcpy(&rel, code + p->insn.imm_at, 4);
        struct part *to = part_at(f, p->insn.at + p->insn.len + (uint32_t)rel);
        if (!to || to->insn.at != p->insn.at + p->insn.len + (uint32_t)rel)
            return f->refused = "jumps between instructions", false;
        p->target = (int)(to - f->parts);
    }
    return true;
}

/* ---- What is made of it ---- */

static int next_part(const struct function *f, int i)
{
    do
        i++;
    while (i < f->n && f->parts[i].dropped);
    return i;
}

/* A jump to a jump goes where that one goes. */
static void thread_jumps(struct function *f)
{
    for (int i = 0; i < f->n; i++) {
        struct part *p = &f->parts[i];
        for (int hops = 0; is_jump(p) && p->target >= 0 && hops < f->n; hops++) {
            const struct part *to = &f->parts[p->target];
            if (to->insn.flow != FLOW_JUMP)
                break;
            p->target = to->target;
            p->out = to->out;
        }
    }
}

static void reach(struct function *f, int i)
{
    for (; i < f->n && !f->parts[i].reached; i++) {
        struct part *p = &f->parts[i];
        p->reached = true;
        if (is_jump(p) && p->target >= 0)
            reach(f, p->target);
        if (p->insn.flow == FLOW_JUMP || p->insn.flow == FLOW_JUMP_INDIRECT)
            return;
    }
}

static void drop_unreached(struct function *f)
{
    reach(f, 0);
    for (int i = 0; i < f->n; i++)
        f->parts[i].dropped = !f->parts[i].reached;
}

static void invert(struct part *p)
{
    p->insn.opcode ^= 1;
}

/* The end of the code: what leads to the next op is left out. */
static void trim_end(struct function *f)
{
    int last = -1, before = -1;
    for (int i = 0; i < f->n; i++)
        if (!f->parts[i].dropped)
            before = last, last = i;
    if (last < 0 || f->parts[last].insn.flow != FLOW_JUMP || f->parts[last].target != OUT)
        return;
    struct part *end = &f->parts[last], *jcc = before >= 0 ? &f->parts[before] : NULL;
    if (end->out == HOLE_next) {
        end->len = 0; /* jumps within may lead here */
    } else if (jcc && jcc->insn.flow == FLOW_JCC && jcc->target == OUT && jcc->out == HOLE_next) {
        bool wanted = false;
        for (int i = 0; i < f->n; i++)
            wanted |= !f->parts[i].dropped && f->parts[i].target == last;
        if (wanted)
            return;
        invert(jcc);
        jcc->out = end->out;
        end->dropped = true;
    }
}

/* Jumps are all written with 32 bits. */
static void write_jump(struct part *p)
{
    if (p->len == 0)
        return;
    bool jump = p->insn.flow == FLOW_JUMP;
    unsigned n = 0;
    if (jump) {
        p->bytes[n++] = 0xe9;
    } else {
        p->bytes[n++] = 0x0f;
        p->bytes[n++] = (uint8_t)(0x80 | (p->insn.opcode & 15));
    }
    memset(p->bytes + n, 0, 4);
    p->len = n + 4;
    if (p->target == OUT) {
        p->holes[0] = (struct hole){(uint16_t)n, p->out, 0, SHRINK_NOT, 0, -4};
        p->nholes = 1;
    }
}

/* mov $hole, %r32 leaves zeros above: of a number with a sign, the form that extends it. */
static void extend_sign(struct part *p)
{
    struct hole *h = &p->holes[0];
    if (p->nholes != 1 || p->insn.opcode < 0xb8 || p->insn.opcode > 0xbf || p->insn.wide ||
        h->kind >= sizeof kind_signed || !kind_signed[h->kind])
        return;
    unsigned reg = p->insn.opcode & 7, high = p->insn.rex_bits & 1;
    p->bytes[0] = (uint8_t)(0x48 | high);
    p->bytes[1] = 0xc7;
    p->bytes[2] = (uint8_t)(0xc0 | reg);
    memset(p->bytes + 3, 0, 4);
    h->at = 3;
    p->len = 7;
}

static void mark_shrinkable(struct part *p)
{
    const struct insn *i = &p->insn;
    for (unsigned k = 0; k < p->nholes; k++) {
        struct hole *h = &p->holes[k];
        if (i->disp_len == 4 && h->at == i->disp_at - i->at && h->kind != HOLE_pool &&
            h->kind != HOLE_callee && p->bytes[i->modrm_at - i->at] >> 6 == 2) {
            h->shrink = SHRINK_DISP;
            h->back = (uint8_t)(i->disp_at - i->modrm_at);
        } else if (i->opcode == 0x81 && i->imm_len == 4 && h->at == i->imm_at - i->at &&
                   p->nholes == 1) {
            h->shrink = SHRINK_ALU;
            h->back = (uint8_t)(i->imm_at - i->opcode_at);
        }
    }
}

static bool has_inner_jump(const struct function *f)
{
    for (int i = 0; i < f->n; i++)
        if (!f->parts[i].dropped && f->parts[i].target >= 0)
            return true;
    return false;
}

static void order_holes(struct part *p)
{
    if (p->nholes == 2 && p->holes[0].at > p->holes[1].at) {
        struct hole h = p->holes[0];
        p->holes[0] = p->holes[1];
        p->holes[1] = h;
    }
}

static uint32_t lay_out(struct function *f)
{
    uint32_t place = 0;
    for (int i = 0; i < f->n; i++) {
        struct part *p = &f->parts[i];
        if (p->dropped)
            continue;
        if (is_jump(p))
            write_jump(p);
        extend_sign(p);
        order_holes(p);
        p->place = place;
        place += p->len;
    }
    bool rigid = has_inner_jump(f);
    for (int i = 0; i < f->n; i++) {
        struct part *p = &f->parts[i];
        if (p->dropped || p->len == 0)
            continue;
        if (!rigid)
            mark_shrinkable(p);
        if (p->target >= 0) {
            int32_t rel = (int32_t)(f->parts[p->target].place - (p->place + p->len));
            memcpy(p->bytes + p->len - 4, &rel, 4);
        }
    }
    return place;
}

/* ---- The table ---- */

static struct hole all_holes[65536];
static uint8_t all_bytes[1 << 20];
static uint32_t nall_holes, nall_bytes, nrefused;

static void emit(struct function *f)
{
    uint32_t len = lay_out(f);
    uint32_t first = nall_holes, code = nall_bytes;
    for (int i = 0; i < f->n; i = next_part(f, i)) {
        struct part *p = &f->parts[i];
        if (p->dropped)
            continue;
        if (nall_bytes + p->len + STENCIL_MARGIN > sizeof all_bytes ||
            nall_holes + 2 > sizeof all_holes / sizeof *all_holes)
            fail("too many stencils");
        memcpy(all_bytes + nall_bytes, p->bytes, p->len);
        nall_bytes += p->len;
        for (unsigned k = 0; k < p->nholes && p->len > 0; k++) {
            all_holes[nall_holes] = p->holes[k];
            all_holes[nall_holes++].at += (uint16_t)p->place;
        }
    }
    if (nall_holes - first > UINT8_MAX || len > UINT16_MAX)
        fail("%s is too long", f->name);
    printf("    [IR_%s] = {%u, %u, %u, %u, 1},\n", f->name, code, first, len, nall_holes - first);
}

static void extract(const Elf64_Sym *s)
{
    static struct function f;
    memset(&f, 0, sizeof f);
    f.name = name_of(s) + 3;
    const Elf64_Shdr *section = &sections[s->st_shndx];
    const uint8_t *code = at_offset(section->sh_offset + s->st_value, s->st_size);
    if (s->st_value != 0)
        fail("%s does not begin its section", name_of(s));
    if (s->st_size > MOST_BYTES)
        f.refused = "too long";
    if (f.refused || !cut(&f, code, (uint32_t)s->st_size) || !relocate(&f, s->st_shndx) ||
        !resolve(&f, code)) {
        printf("    /* %s: %s */\n", f.name, f.refused);
        nrefused++;
        return;
    }
    thread_jumps(&f);
    drop_unreached(&f);
    trim_end(&f);
    emit(&f);
}

static void print_bytes(const char *name, const uint8_t *bytes, uint32_t n)
{
    printf("static const uint8_t %s[] __attribute__((aligned(16))) = {", name);
    for (uint32_t i = 0; i < n; i++)
        printf("%s%u,", i % 24 == 0 ? "\n    " : "", bytes[i]);
    printf("%s\n};\n", n ? "" : "0");
}

int main(int argc, char **argv)
{
    if (argc != 3)
        fail("usage: extract OBJECT TABLE");
    open_object(argv[1]);
    printf("/* Made by engine/native/x86_64/extract.c. */\n"
           "#include \"engine/isa/ir.h\"\n#include \"engine/native/x86_64/stencil.h\"\n\n"
           "static const struct stencil stencils[IR_COUNT] = {\n");
    for (size_t i = 0; i < nsymbols; i++)
        if (ELF64_ST_TYPE(symbols[i].st_info) == STT_FUNC &&
            strncmp(name_of(&symbols[i]), "op_", 3) == 0)
            extract(&symbols[i]);
    printf("};\n\nstatic const struct hole holes[] = {\n");
    for (uint32_t i = 0; i < nall_holes; i++) {
        const struct hole *h = &all_holes[i];
        printf("    {%u, %u, %u, %u, %u, %d},\n", h->at, h->kind, h->arg, h->shrink, h->back,
               h->addend);
    }
    printf("};\n\n");
    print_bytes("bytes", all_bytes, nall_bytes + STENCIL_MARGIN);
    print_bytes("pool", pool, pool_size);
    printf("\nconst struct stencil_table %s = {stencils, holes, bytes, pool, %u};\n", argv[2],
           pool_size);
    if (fflush(stdout) != 0 || ferror(stdout))
        fail("cannot write: %s", strerror(errno));
    return 0;
}
