// The command line as the controller's image ships it: everything but the lab, which needs this repository.
import { runHere } from './here.ts'

await runHere(async () => {
  process.stderr.write('trenchscope: the lab is not in this image; clone the repository and run npm start\n')
  return 69
})
