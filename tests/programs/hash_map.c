/* A hash map with chains, nodes from an arena with a free list: pointers, inserts, removals, growth. */
#include "tests/programs/program.h"

#define NODES   8192
#define BUCKETS 4096

struct node {
    struct node *next;
    uint32_t key;
    uint64_t value;
};

struct map {
    struct node *buckets[BUCKETS];
    uint32_t mask;
    uint32_t count;
};

static struct node arena[NODES];
static struct node *free_nodes;
static uint32_t used_nodes;

static struct node *node_new(void)
{
    struct node *node = free_nodes;
    if (node != NULL) {
        free_nodes = node->next;
        return node;
    }
    return used_nodes < NODES ? &arena[used_nodes++] : NULL;
}

static uint32_t hash(uint32_t key)
{
    key = (key ^ key >> 16) * 0x45d9f3bu;
    key = (key ^ key >> 16) * 0x45d9f3bu;
    return key ^ key >> 16;
}

static struct node **find(struct map *map, uint32_t key)
{
    struct node **link = &map->buckets[hash(key) & map->mask];
    while (*link != NULL && (*link)->key != key) {
        link = &(*link)->next;
    }
    return link;
}

static void grow(struct map *map)
{
    struct node *all = NULL;
    for (uint32_t i = 0; i <= map->mask; i++) {
        while (map->buckets[i] != NULL) {
            struct node *node = map->buckets[i];
            map->buckets[i] = node->next;
            node->next = all;
            all = node;
        }
    }
    map->mask = map->mask * 2 + 1;
    while (all != NULL) {
        struct node *node = all;
        all = node->next;
        struct node **link = &map->buckets[hash(node->key) & map->mask];
        node->next = *link;
        *link = node;
    }
}

static void put(struct map *map, uint32_t key, uint64_t value)
{
    struct node **link = find(map, key);
    if (*link == NULL) {
        struct node *node = node_new();
        if (node == NULL) {
            return;
        }
        *node = (struct node){NULL, key, 0};
        *link = node;
        if (++map->count > map->mask && map->mask + 1 < BUCKETS) {
            grow(map);
            link = find(map, key);
        }
    }
    (*link)->value += value;
}

static int drop(struct map *map, uint32_t key)
{
    struct node **link = find(map, key);
    struct node *node = *link;
    if (node == NULL) {
        return 0;
    }
    *link = node->next;
    node->next = free_nodes;
    free_nodes = node;
    map->count--;
    return 1;
}

PROGRAM(hash_map)
{
    static struct map map;
    uint64_t random = 60606;
    uint64_t digest = DIGEST_INIT;
    __builtin_memset(&map, 0, sizeof map);
    map.mask = 15;
    free_nodes = NULL;
    used_nodes = 0;
    for (uint32_t i = 0; i < n; i++) {
        uint64_t next = random_next(&random);
        put(&map, (uint32_t)next % 6000, next >> 32);
        if (i % 3 == 2) {
            digest = digest_u64(digest, (uint64_t)drop(&map, (uint32_t)(next >> 20) % 6000));
        }
    }
    for (uint32_t key = 0; key < 6000; key++) {
        struct node *node = *find(&map, key);
        digest = digest_u64(digest, node != NULL ? node->value + key : 0);
    }
    return digest_u64(digest, (uint64_t)map.count << 32 | map.mask);
}
