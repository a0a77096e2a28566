/** The application of the rooms that need no other name before them: those that everybody is in. */
export const MAIN_APPLICATION = 0;
