/**
 * Step Functions names the members of `aws-sdk` requests and results as the getters of the AWS SDK for Java 2.x, with
 * a capital first letter. Only a leading acronym changes: the API's `DBInstanceIdentifier` is `DbInstanceIdentifier`,
 * `MultiAZ` and S3's `ETag` stay.
 */
export function javaMemberName(name: string): string {
  let end = 1;
  while (end < name.length && isUpper(name, end) && !isLower(name, end + 1)) {
    end += 1;
  }
  return name.slice(0, 1).toUpperCase() + name.slice(1, end).toLowerCase() + name.slice(end);
}

/** The class of a shape, in which every acronym is a word: `DBSnapshotNotFound` is `DbSnapshotNotFound`. */
export function javaClassName(name: string): string {
  return name
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .replace(/(?<=[a-z])(?=[A-Z][a-zA-Z0-9])/g, ' ')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/([0-9])([a-zA-Z])/g, '$1 $2')
    .split(' ')
    .filter((word) => word !== '')
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

function isUpper(name: string, index: number): boolean {
  return /[A-Z]/.test(name.charAt(index));
}

function isLower(name: string, index: number): boolean {
  return /[a-z]/.test(name.charAt(index));
}
