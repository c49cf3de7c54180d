// What an application says to AWS through the JavaScript SDK: `node traffic.mjs photos|orders`. It knows nothing of a
// recorder, and takes region, keys and endpoint from the environment.
import http from "node:http";
import https from "node:https";

import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  ListObjectsV2Command,
  PutBucketVersioningCommand,
  PutObjectCommand,
  S3Client,
} from "@aws-sdk/client-s3";
import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageCommand,
  DeleteQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { Upload } from "@aws-sdk/lib-storage";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

const Bucket = "conform-js-photos";
const QueueName = "conform-js-orders";

function expect(is, what) {
  if (!is) throw new Error(`not as expected: ${what}`);
}

async function fails(promise, name) {
  const error = await promise.then(() => null, (error) => error);
  expect(error && error.name === name, `${name}, but ${error ? error.name : "success"}`);
}

function fetched(url) {
  const client = url.startsWith("https:") ? https : http;
  return new Promise((resolve, reject) => {
    client.get(url, (answer) => {
      const pieces = [];
      answer.on("data", (piece) => pieces.push(piece));
      answer.on("end", () => resolve({ status: answer.statusCode, body: Buffer.concat(pieces).toString() }));
    }).on("error", reject);
  });
}

async function photos() {
  const s3 = new S3Client({ forcePathStyle: true });
  const send = (command) => s3.send(command);
  await send(new CreateBucketCommand({ Bucket }));
  const cat = { Bucket, Key: "cats/tom & kitty.txt" };
  await send(
    new PutObjectCommand({ ...cat, Body: "meow", ContentType: "text/plain", Metadata: { mood: "hungry" }, Tagging: "kind=cat" }),
  );
  const got = await send(new GetObjectCommand(cat));
  expect((await got.Body.transformToString()) === "meow" && got.Metadata.mood === "hungry", "the object");
  const part = await send(new GetObjectCommand({ ...cat, Range: "bytes=1-2" }));
  expect((await part.Body.transformToString()) === "eo", "a range");
  await send(new GetObjectTaggingCommand(cat));
  await fails(send(new HeadObjectCommand({ Bucket, Key: "missing" })), "NotFound");
  await fails(send(new GetObjectCommand({ Bucket, Key: "missing" })), "NoSuchKey");
  await fails(send(new PutObjectCommand({ ...cat, Body: "no", IfNoneMatch: "*" })), "PreconditionFailed");
  await send(new CopyObjectCommand({ Bucket, Key: "copy", CopySource: `${Bucket}/${encodeURIComponent(cat.Key)}` }));
  const url = await getSignedUrl(s3, new GetObjectCommand(cat), { expiresIn: 600 });
  expect((await fetched(url)).body === "meow", "the presigned URL");
  const Body = Buffer.alloc(6 * 1024 * 1024, "0123456789abcdef");
  await new Upload({ client: s3, params: { Bucket, Key: "large", Body }, queueSize: 1 }).done();
  const first = await send(new ListObjectsV2Command({ Bucket, MaxKeys: 2 }));
  await send(new ListObjectsV2Command({ Bucket, MaxKeys: 2, ContinuationToken: first.NextContinuationToken }));
  await send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: "Enabled" } }));
  const kept = await send(new PutObjectCommand({ Bucket, Key: "kept", Body: "one" }));
  await send(new PutObjectCommand({ Bucket, Key: "kept", Body: "two" }));
  const one = await send(new GetObjectCommand({ Bucket, Key: "kept", VersionId: kept.VersionId }));
  expect((await one.Body.transformToString()) === "one", "the version");
  await send(new DeleteObjectCommand({ Bucket, Key: "kept" }));
  const { Versions, DeleteMarkers } = await send(new ListObjectVersionsCommand({ Bucket }));
  const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({ Key, VersionId }));
  await send(new DeleteObjectsCommand({ Bucket, Delete: { Objects, Quiet: true } }));
  await send(new DeleteBucketCommand({ Bucket }));
}

async function orders() {
  const sqs = new SQSClient({});
  const send = (command) => sqs.send(command);
  const { QueueUrl } = await send(new CreateQueueCommand({ QueueName, Attributes: { VisibilityTimeout: "60" } }));
  expect((await send(new GetQueueUrlCommand({ QueueName }))).QueueUrl === QueueUrl, "the queue's URL");
  await send(new SendMessageCommand({ QueueUrl, MessageBody: '{"order": 1}' }));
  const taken = await send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1 }));
  const { ReceiptHandle } = taken.Messages[0];
  await send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 30 }));
  await send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
  await send(
    new SendMessageBatchCommand({ QueueUrl, Entries: [{ Id: "a", MessageBody: "two" }, { Id: "b", MessageBody: "three" }] }),
  );
  await send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout", "QueueArn"] }));
  await send(new DeleteQueueCommand({ QueueUrl }));
  await fails(send(new GetQueueUrlCommand({ QueueName: "conform-js-none" })), "QueueDoesNotExist");
}

await { photos, orders }[process.argv[2]]();
