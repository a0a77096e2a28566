/** Every way to cut bytes in two, then the bytes one by one. The first way is not to cut. */
export function everySplit(bytes: Buffer): Buffer[][] {
  const ways = [[bytes]];
  for (let at = 1; at < bytes.length; at++) ways.push([bytes.subarray(0, at), bytes.subarray(at)]);
  ways.push(cutAt(bytes, [...bytes.keys()]));
  return ways;
}

/** The bytes cut at these places; places that lie outside cut nothing. */
export function cutAt(bytes: Buffer, places: readonly number[]): Buffer[] {
  const inside = new Set(places.filter((place) => place > 0 && place < bytes.length));
  const edges = [0, ...[...inside].toSorted((a, b) => a - b), bytes.length];
  return edges.slice(1).map((edge, i) => bytes.subarray(edges[i], edge));
}
