declare module "*.po" {
  const messages: import("./catalogue.ts").Messages;
  export default messages;
}
