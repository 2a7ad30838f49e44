interface Explained {
  readonly cause: string;
  readonly problems: readonly string[];
}

/** Where a published figure differs from the architecture for a known reason: just these differences, and no others. */
export const explained: Readonly<Record<string, Explained>> = {
  inception_v3: {
    cause: 'torchvision counts the auxiliary head, which inference does not have',
    problems: ['params 23,834,568 against 27,161,264 (torchvision inception_v3 IMAGENET1K_V1 @299)'],
  },
};
