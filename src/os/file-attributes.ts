// The mode and the owner of a unix socket's file, which a rebind makes anew.
import { chmodSync, lchownSync, lstatSync, type Stats } from 'node:fs'

const PERMISSIONS = 0o7777
const OF_GROUP = 0o070

export class FileAttributes {
  readonly #mode: number
  readonly #uid: number
  readonly #gid: number
  readonly #tellLoss: (path: string, uid: number, gid: number) => void

  /** `tellLoss` is called when the owner could not be restored. */
  constructor({ mode, uid, gid }: Stats, tellLoss: (path: string, uid: number, gid: number) => void) {
    this.#mode = mode & PERMISSIONS
    this.#uid = uid
    this.#gid = gid
    this.#tellLoss = tellLoss
  }

  /**
   * Gives them to the file that was just made there. An owner that it may not give is not an error:
   * the server would not come back.
   */
  restoreTo(path: string): void {
    let made = lstatSync(path)
    if (made.uid !== this.#uid || made.gid !== this.#gid) {
      // A process that may not give a file away may still give it to one of its own groups.
      if (!chown(path, this.#uid, this.#gid)) chown(path, made.uid, this.#gid)
      made = lstatSync(path)
    }
    const isGroupKept = made.gid === this.#gid
    // The permissions of the group are not for members of another one.
    chmodSync(path, isGroupKept ? this.#mode : this.#mode & ~OF_GROUP)
    if (!isGroupKept || made.uid !== this.#uid) this.#tellLoss(path, this.#uid, this.#gid)
  }
}

function chown(path: string, uid: number, gid: number): boolean {
  try {
    lchownSync(path, uid, gid)
    return true
  } catch {
    return false
  }
}
